using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;

namespace ResNetService.Inference.Execution;

/// <summary>ONNX Runtime, on CUDA or on the CPU.</summary>
internal sealed class OnnxRuntimeBackend : IExecutionBackend
{
    private const string CudaProvider = "CUDAExecutionProvider";

    private readonly ExecutionOptions _options;
    private readonly ILogger _log;
    private readonly Lazy<ProviderSelection> _selection;

    static OnnxRuntimeBackend() => OnnxRuntimeTelemetry.Disable();

    public OnnxRuntimeBackend(IOptions<ExecutionOptions> options, ILogger<OnnxRuntimeBackend> log)
    {
        (_options, _log) = (options.Value, log);
        _selection = new(Select);
    }

    public IExecutionSession Load(string graphPath)
    {
        if (_selection.Value.TryCuda)
        {
            try
            {
                using var cuda = CudaOptions();
                return new OnnxRuntimeSession(new InferenceSession(graphPath, cuda), "cuda");
            }
            catch (Exception e) when (e is OnnxRuntimeException or DllNotFoundException or EntryPointNotFoundException)
            {
                if (_selection.Value.CudaRequired)
                    throw new ExecutionException($"Execution:Provider is cuda, and {graphPath} does not load on it: {e.Message}", e);
                _log.CudaUnavailable(e.Message);
            }
        }

        try
        {
            using var cpu = CpuOptions();
            return new OnnxRuntimeSession(new InferenceSession(graphPath, cpu), "cpu");
        }
        catch (OnnxRuntimeException e)
        {
            throw new ExecutionException($"{graphPath} cannot be loaded: {e.Message}", e);
        }
    }

    private ProviderSelection Select()
    {
        var fault = _options.Provider == ProviderChoice.Cpu ? null : RegisterLibrary();
        var available = OrtEnv.Instance().GetAvailableProviders().Contains(CudaProvider) || CudaDevices().Count > 0;
        var selection = ProviderSelection.Choose(_options.Provider, available, fault);
        if (selection.Unavailable is { } reason)
            _log.CudaUnavailable(reason);
        return selection;
    }

    private string? RegisterLibrary()
    {
        if (_options.CudaLibrary is not { } library)
            return null;
        try
        {
            OrtEnv.Instance().RegisterExecutionProviderLibrary("cuda", library);
            return null;
        }
        catch (OnnxRuntimeException e)
        {
            return $"the library {library} of Execution:CudaLibrary does not load: {e.Message}";
        }
    }

    private static List<OrtEpDevice> CudaDevices() => [.. OrtEnv.Instance().GetEpDevices().Where(device => device.EpName == CudaProvider)];

    private SessionOptions CudaOptions()
    {
        var session = NewOptions(intraOpThreads: 1);
        // An operator that CUDA lacks is an error of the model, not a reason to copy to the CPU and back at every image.
        session.AddSessionConfigEntry("session.disable_cpu_ep_fallback", "1");
        // Fixed shapes: the heuristic search is instant, an exhaustive one costs a second at each new batch size.
        var provider = new Dictionary<string, string>
        {
            ["cudnn_conv_algo_search"] = "HEURISTIC",
            ["cudnn_conv_use_max_workspace"] = "1",
            ["use_tf32"] = "1",
        };
        var devices = CudaDevices();
        if (devices.Count > _options.DeviceId)
        {
            session.AppendExecutionProvider(OrtEnv.Instance(), [devices[_options.DeviceId]], provider);
            return session;
        }

        provider["device_id"] = _options.DeviceId.ToString(null, null);
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(provider);
        session.AppendExecutionProvider_CUDA(cuda);
        return session;
    }

    private SessionOptions CpuOptions() => NewOptions(_options.IntraOpThreads > 0 ? _options.IntraOpThreads : Environment.ProcessorCount);

    private static SessionOptions NewOptions(int intraOpThreads)
    {
        var session = new SessionOptions
        {
            IntraOpNumThreads = intraOpThreads,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // Threads that spin while they wait take the cores from decoding.
        session.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return session;
    }
}
