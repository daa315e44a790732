using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace ResNetService.Inference.Execution.Native;

/// <summary>The library of this process.</summary>
internal sealed class OnnxRuntimeLibrary : IOnnxRuntime
{
    private const string BuiltInName = "CUDAExecutionProvider";

    /// <summary>What plug-in libraries before 0.1.0 call themselves.</summary>
    private const string PreviewPluginName = "CudaPluginExecutionProvider";

    /// <summary>Of the arena that sessions share: as much as there is.</summary>
    private const uint MostBytes = 0;

    /// <summary>
    /// It grows by what is asked for (<c>kSameAsRequested</c>), not to ever higher powers of two: one request beyond all memory would take these over the largest number, and
    /// from then on nobody would be given anything.
    /// </summary>
    private const int AsRequested = 1;

    /// <summary>What ONNX Runtime takes otherwise.</summary>
    private const int AsEver = -1;

    /// <summary>Registration lasts as long as the process.</summary>
    private static readonly HashSet<string> Registered = [];

    private static bool _sharesArena;

    static OnnxRuntimeLibrary() => OnnxRuntimeTelemetry.Disable();

    public bool HasCuda => OrtEnv.Instance().GetAvailableProviders().Contains(BuiltInName);

    public IReadOnlyList<CudaDevice> CudaDevices =>
        [.. OrtEnv.Instance().GetEpDevices().Where(device => device.EpName is BuiltInName or PreviewPluginName).Select(Describe)];

    public void RegisterLibrary(string path)
    {
        lock (Registered)
        {
            if (Registered.Contains(path))
                return;
            try
            {
                OrtEnv.Instance().RegisterExecutionProviderLibrary(path, path);
            }
            catch (OnnxRuntimeException e)
            {
                throw new ExecutionException($"the library {path} does not load: {e.Message}", e);
            }

            Registered.Add(path);
        }
    }

    public bool Loads(string library)
    {
        if (!NativeLibrary.TryLoad(library, out var handle))
            return false;
        NativeLibrary.Free(handle);
        return true;
    }

    public ILoadedGraph Open(string graphPath, SessionSettings settings)
    {
        try
        {
            ShareArena();
            using var options = Options(settings);
            var (host, device) = settings.Cuda is { } cuda
                ? (Memory(cuda, TensorPlace.Host), Memory(cuda, TensorPlace.Device))
                : (OrtMemoryInfo.DefaultInstance, OrtMemoryInfo.DefaultInstance);
            var session = WholeGraph.Read(graphPath) is { } whole ? new InferenceSession(whole, options) : new InferenceSession(graphPath, options);
            return new LoadedGraph(session, host, device, settings.Cuda is { Captures: true });
        }
        catch (Exception e) when (e is OnnxRuntimeException or DllNotFoundException or EntryPointNotFoundException)
        {
            throw new ExecutionException(e.Message, e);
        }
    }

    private static void ShareArena()
    {
        lock (Registered)
        {
            if (_sharesArena)
                return;
            using var memory = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
            using var arena = new OrtArenaCfg(MostBytes, AsRequested, AsEver, AsEver);
            OrtEnv.Instance().CreateAndRegisterAllocator(memory, arena);
            _sharesArena = true;
        }
    }

    private static SessionOptions Options(SessionSettings settings)
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = settings.IntraOpThreads,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        try
        {
            PoolThreads.Use(options);
            foreach (var (name, value) in settings.Entries)
                options.AddSessionConfigEntry(name, value);
            if (settings.Cuda is { } cuda)
                Append(options, cuda);
            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }

    private static void Append(SessionOptions options, CudaSettings settings)
    {
        if (settings.Device is { } device)
        {
            options.AppendExecutionProvider(OrtEnv.Instance(), [device.Native!], settings.Options);
            return;
        }

        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(new(settings.Options));
        options.AppendExecutionProvider_CUDA(cuda);
    }

    private static OrtMemoryInfo Memory(CudaSettings settings, TensorPlace place) => (settings.Device?.Native, place) switch
    {
        ({ } device, TensorPlace.Host) => device.GetMemoryInfo(OrtDeviceMemoryType.HOST_ACCESSIBLE),
        ({ } device, _) => device.GetMemoryInfo(OrtDeviceMemoryType.DEFAULT),
        (null, TensorPlace.Host) => new(OrtMemoryInfo.allocatorCUDA_PINNED, OrtAllocatorType.DeviceAllocator, settings.DeviceId, OrtMemType.CpuOutput),
        _ => new(OrtMemoryInfo.allocatorCUDA, OrtAllocatorType.DeviceAllocator, settings.DeviceId, OrtMemType.Default),
    };

    private static CudaDevice Describe(OrtEpDevice device, int index)
    {
        var (metadata, options) = (device.EpMetadata.Entries, device.EpOptions.Entries);
        var id = metadata.TryGetValue("cuda_device_id", out var number) || options.TryGetValue("device_id", out number)
            ? int.Parse(number, CultureInfo.InvariantCulture)
            : index;
        return new(id, metadata.GetValueOrDefault("cuda_device_name"), HasArenaOptions: metadata.ContainsKey("cuda_device_id"), device);
    }
}
