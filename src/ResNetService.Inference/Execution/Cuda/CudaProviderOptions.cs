using System.Globalization;
using ResNetService.Inference.Execution.Native;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Execution.Cuda;

/// <summary>
/// The options of ONNX Runtime's CUDA provider for residual networks on batches of a few fixed sizes. Names and values are those of
/// its documentation, "CUDA Execution Provider"; a plug-in library reads the same, except that the memory limit is its arena's.
/// </summary>
internal static class CudaProviderOptions
{
    /// <param name="precision">Of the graph.</param>
    /// <param name="device">Null for the provider in the build, which is told the device by an option.</param>
    public static IReadOnlyDictionary<string, string> For(ExecutionOptions options, Precision precision, CudaDevice? device)
    {
        var provider = new Dictionary<string, string>
        {
            // An exhaustive search takes about a second for each batch size, and finds little that the heuristic does not.
            ["cudnn_conv_algo_search"] = "HEURISTIC",
            ["cudnn_conv_use_max_workspace"] = "1",
            ["use_tf32"] = Flag(options.CudaTf32),
            // Tensor cores want channels last in half precision; in float32 the transposes around it cost more than it brings.
            ["prefer_nhwc"] = Flag(options.CudaPreferNhwc ?? precision == Precision.Fp16),
            ["enable_cuda_graph"] = Flag(options.CudaGraphs),
        };
        if (device is null)
            provider["device_id"] = Number(options.DeviceId);
        if (options.CudaMemoryLimit > 0)
            Limit(provider, options.CudaMemoryLimit, device is { HasArenaOptions: true });
        return provider;
    }

    /// <summary>An arena that doubles whenever it grows would meet the limit at half of it.</summary>
    private static void Limit(Dictionary<string, string> provider, long bytes, bool ofArena)
    {
        if (ofArena)
            (provider["arena.max_mem"], provider["arena.extend_strategy"]) = (Number(bytes), "1");
        else
            (provider["gpu_mem_limit"], provider["arena_extend_strategy"]) = (Number(bytes), "kSameAsRequested");
    }

    private static string Flag(bool value) => value ? "1" : "0";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
