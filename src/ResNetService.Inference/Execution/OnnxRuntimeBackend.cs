using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ResNetService.Inference.Execution.Cuda;
using ResNetService.Inference.Execution.Native;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Execution;

/// <summary>ONNX Runtime, on CUDA or on the CPU.</summary>
internal sealed class OnnxRuntimeBackend : IExecutionBackend
{
    private readonly ExecutionOptions _options;
    private readonly ILogger _log;
    private readonly IOnnxRuntime _runtime;
    private readonly Lazy<ProviderSelection> _selection;

    public OnnxRuntimeBackend(IOptions<ExecutionOptions> options, ILogger<OnnxRuntimeBackend> log)
        : this(options.Value, log, new OnnxRuntimeLibrary())
    {
    }

    internal OnnxRuntimeBackend(ExecutionOptions options, ILogger log, IOnnxRuntime runtime)
    {
        (_options, _log, _runtime) = (options, log, runtime);
        _selection = new(Select);
    }

    public IExecutionSession Load(string graphPath, Precision precision = Precision.Fp32)
    {
        var selection = _selection.Value;
        if (selection.TryCuda)
        {
            try
            {
                return LoadOnCuda(graphPath, precision);
            }
            catch (ExecutionException e)
            {
                var reason = CudaLibraries.Explain(e.Message, _runtime.Loads);
                if (selection.CudaRequired)
                    throw new ExecutionException($"Execution:Provider is cuda, and {graphPath} does not load on it: {reason}", e);
                _log.CudaUnavailable(reason);
            }
        }

        return LoadOnCpu(graphPath, precision);
    }

    private CpuSession LoadOnCpu(string graphPath, Precision precision)
    {
        var threads = _options.ThreadsOn("cpu", runs: 1);
        var divides = _options.IntraOpThreads == 0 && threads > 1;
        var graph = OpenOnCpu(graphPath, SessionSettings.ForCpu(threads, precision, alone: divides));
        return divides
            ? new(graph, threads, runs => OpenOnCpu(graphPath, SessionSettings.ForCpu(_options.ThreadsOn("cpu", runs), precision)))
            : new(graph, Math.Max(1, Environment.ProcessorCount / threads));
    }

    private ILoadedGraph OpenOnCpu(string graphPath, SessionSettings settings)
    {
        try
        {
            return LowPriority.Run(() => _runtime.Open(graphPath, settings));
        }
        catch (ExecutionException e)
        {
            throw new ExecutionException($"{graphPath} cannot be loaded: {e.Message}", e);
        }
    }

    private CudaSession LoadOnCuda(string graphPath, Precision precision)
    {
        // A library that was named is the one that is meant, even where the build has a provider too.
        var device = _options.CudaLibrary is null ? null : CudaDevice.Choose(_runtime.CudaDevices, _options.DeviceId);
        // ONNX Runtime would not miss it before the first convolution.
        if (!_runtime.Loads(CudaLibraries.DnnName))
            throw new ExecutionException($"{CudaLibraries.DnnName} does not load");
        var settings = SessionSettings.ForCuda(_options, precision, device);
        return new(_runtime.Open(graphPath, settings), settings.Cuda!);
    }

    private ProviderSelection Select()
    {
        if (_options.Provider == ProviderChoice.Cpu)
            return ProviderSelection.Cpu;
        var fault = RegisterLibrary();
        var selection = ProviderSelection.Choose(_options.Provider, fault is null && (_options.CudaLibrary is not null || _runtime.HasCuda), fault);
        if (selection.Unavailable is { } reason)
            _log.CudaUnavailable(reason);
        return selection;
    }

    /// <returns>Why CUDA is out of the question; null where it is not.</returns>
    private string? RegisterLibrary()
    {
        if (_options.CudaLibrary is { } named)
        {
            return Register(named)
                ?? (_runtime.CudaDevices.Count == 0 ? CudaLibraries.Explain($"the library {named} of Execution:CudaLibrary finds no NVIDIA GPU", _runtime.Loads) : null);
        }

        // The provider in the build needs no registration, but ONNX Runtime copies from and to a GPU on demand, as captured graphs want it,
        // by registered libraries alone.
        if (!_options.CudaGraphs || !_runtime.HasCuda)
            return null;
        return CudaLibraries.OfThePackage(AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string) is { } library
            ? Register(library)
            : "Execution:CudaGraphs needs the CUDA provider library, which is not beside this program; name it in Execution:CudaLibrary";
    }

    private string? Register(string library)
    {
        try
        {
            _runtime.RegisterLibrary(Path.GetFullPath(library));
            return null;
        }
        catch (ExecutionException e)
        {
            return CudaLibraries.Explain(e.Message, _runtime.Loads);
        }
    }
}
