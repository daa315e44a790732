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
    private const string DisableCpuFallback = "session.disable_cpu_ep_fallback";

    /// <summary>Threads that wait do not spin: they would take the cores from decoding, and an idle service would not be idle.</summary>
    public static SessionSettings ForCpu(int threads) => new(
        threads,
        new Dictionary<string, string> { [AllowSpinning] = "0" },
        null);

    /// <summary>An operator that CUDA lacks is an error of the model, not a reason to copy to the CPU and back at every image.</summary>
    /// <param name="device">Null where the provider is part of the build, which counts devices itself.</param>
    public static SessionSettings ForCuda(ExecutionOptions options, Precision precision, CudaDevice? device) => new(
        options.ThreadsOn("cuda"),
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
