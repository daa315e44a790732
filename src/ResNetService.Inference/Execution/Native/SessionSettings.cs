using System.Globalization;
using ResNetService.Inference.Execution.Cuda;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Execution.Native;

/// <summary>How a session is made, before ONNX Runtime hears of it.</summary>
/// <param name="IntraOpThreads">Threads that share one run.</param>
/// <param name="Entries">Session options by their names in onnxruntime_session_options_config_keys.h.</param>
/// <param name="Cuda">Null for the CPU. CUDA is the session's only provider: the CPU's is added by ONNX Runtime itself, and after it.</param>
internal sealed record SessionSettings(int IntraOpThreads, IReadOnlyDictionary<string, string> Entries, CudaSettings? Cuda)
{
    private const string AllowSpinning = "session.intra_op.allow_spinning";
    private const string SpinDuration = "session.intra_op.spin_duration_us";
    private const string UseSharedArena = "session.use_env_allocators";
    private const string WeightsOutsideArena = "session.use_device_allocator_for_initializers";
    private const string X64QuantPrecision = "session.x64quantprecision";
    private const string DisableCpuFallback = "session.disable_cpu_ep_fallback";

    /// <param name="alone">
    /// Whether its runs have the cores to themselves. Then a thread that has nothing to do yet spins for as long as a small layer takes, and is awake for
    /// the next one. Else it does not: it would take a core from decoding and from other runs. Never as long as ONNX Runtime's own default, with
    /// which an idle service would not be idle.
    /// </param>
    public static SessionSettings ForCpu(int threads, Precision precision, bool alone = false)
    {
        var entries = new Dictionary<string, string>
        {
            // A new version finds the memory of runs that the one before has had; memory that no run has touched yet takes longer than the run itself.
            [UseSharedArena] = "1",
            // What stays as long as the model does, and then goes, is not of that arena, which keeps what it has.
            [WeightsOutsideArena] = "1",
        };
        if (alone)
            entries.Add(SpinDuration, "50");
        else
            entries.Add(AllowSpinning, "0");
        // Without VNNI the processor adds products of int8 in 16 bits, which may overflow. ONNX Runtime then computes otherwise; with VNNI it changes nothing.
        if (precision == Precision.Int8)
            entries.Add(X64QuantPrecision, "1");
        return new(threads, entries, null);
    }

    /// <summary>An operator that CUDA lacks is an error of the model, not a reason to copy to the CPU and back at every image.</summary>
    /// <param name="device">Null where the provider is part of the build, which counts devices itself.</param>
    public static SessionSettings ForCuda(ExecutionOptions options, Precision precision, CudaDevice? device) => new(
        options.ThreadsOn("cuda", runs: 1),
        new Dictionary<string, string> { [AllowSpinning] = "0", [DisableCpuFallback] = "1" },
        new CudaSettings(options.DeviceId, device, CudaProviderOptions.For(options, precision, device), options.CudaGraphs));
}

/// <param name="Device">Of a registered library; null for the provider in the build.</param>
/// <param name="Options">The provider's, by their names in ONNX Runtime's documentation.</param>
/// <param name="Captures">Whether runs are captured as CUDA graphs.</param>
internal sealed record CudaSettings(int DeviceId, CudaDevice? Device, IReadOnlyDictionary<string, string> Options, bool Captures)
{
    public string DeviceName => Device?.ToString() ?? string.Create(CultureInfo.InvariantCulture, $"GPU {DeviceId}");
}
