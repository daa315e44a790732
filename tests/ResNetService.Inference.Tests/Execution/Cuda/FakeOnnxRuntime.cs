using ResNetService.Inference.Execution;
using ResNetService.Inference.Execution.Native;

namespace ResNetService.Inference.Tests.Execution.Cuda;

/// <summary>ONNX Runtime on a machine as a test describes it, with or without GPUs.</summary>
internal sealed class FakeOnnxRuntime : IOnnxRuntime
{
    public bool HasCuda { get; init; }

    /// <summary>What a library offers once it is registered.</summary>
    public IReadOnlyList<CudaDevice> DevicesOfTheLibrary { get; init; } = [];

    /// <summary>Why no library registers; null where it does.</summary>
    public string? LibraryFault { get; init; }

    /// <summary>Why no session opens on CUDA; null where it does.</summary>
    public string? CudaFault { get; init; }

    /// <summary>A part of the name of the one library that is missing; null where none is.</summary>
    public string? Missing { get; init; }

    public List<string> Libraries { get; } = [];

    /// <summary>Of every session that was asked for, in order.</summary>
    public List<SessionSettings> Opened { get; } = [];

    public IReadOnlyList<CudaDevice> CudaDevices => Libraries.Count > 0 ? DevicesOfTheLibrary : [];

    public void RegisterLibrary(string path)
    {
        if (LibraryFault is not null)
            throw new ExecutionException(LibraryFault);
        Libraries.Add(path);
    }

    public bool Loads(string library) => Missing is null || !library.Contains(Missing, StringComparison.Ordinal);

    public ILoadedGraph Open(string graphPath, SessionSettings settings)
    {
        Opened.Add(settings);
        return settings.Cuda is not null && CudaFault is not null ? throw new ExecutionException(CudaFault) : new FakeGraph();
    }
}
