namespace ResNetService.Inference.Execution.Native;

/// <summary>What the choice of a provider needs of ONNX Runtime, and nothing else: a test can stand in for a machine with GPUs.</summary>
internal interface IOnnxRuntime
{
    /// <summary>Whether this build has the CUDA provider in it, which its GPU package does.</summary>
    bool HasCuda { get; }

    /// <summary>The GPUs that registered libraries offer to run on.</summary>
    IReadOnlyList<CudaDevice> CudaDevices { get; }

    /// <summary>Loads a library of execution providers; one that is registered already stays so.</summary>
    /// <exception cref="ExecutionException">It does not load.</exception>
    void RegisterLibrary(string path);

    /// <summary>Whether the loader of this process finds a library of that name.</summary>
    bool Loads(string library);

    /// <exception cref="ExecutionException">The file is no graph, or the provider cannot be had or cannot run it.</exception>
    ILoadedGraph Open(string graphPath, SessionSettings settings);
}
