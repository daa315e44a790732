namespace ResNetService.Inference.Execution;

/// <summary>Which provider is tried, and what is said when that is not the best that was asked for.</summary>
/// <param name="TryCuda">Whether a CUDA session is attempted.</param>
/// <param name="CudaRequired">Whether a failed attempt is an error; otherwise it is a warning, and the CPU.</param>
/// <param name="Unavailable">Why CUDA is out of the question from the outset; null where it is not, or nobody asked.</param>
internal sealed record ProviderSelection(bool TryCuda, bool CudaRequired, string? Unavailable)
{
    private const string NoCudaInBuild =
        "this build has no CUDA provider: build with -p:OnnxRuntimePackage=Microsoft.ML.OnnxRuntime.Gpu (docker/Dockerfile.cuda does), or name the provider library in Execution:CudaLibrary";

    /// <param name="cudaInBuild">Whether ONNX Runtime lists the CUDA provider, from its package or from a registered library.</param>
    /// <param name="libraryFault">Why the library of <see cref="ExecutionOptions.CudaLibrary"/> did not load; null where it did or none is named.</param>
    /// <exception cref="ExecutionException">CUDA is asked for and cannot be had.</exception>
    public static ProviderSelection Choose(ProviderChoice choice, bool cudaInBuild, string? libraryFault)
    {
        if (choice == ProviderChoice.Cpu)
            return new(false, false, null);
        if (cudaInBuild)
            return new(true, choice == ProviderChoice.Cuda, null);

        var reason = libraryFault ?? NoCudaInBuild;
        return choice == ProviderChoice.Cuda
            ? throw new ExecutionException($"Execution:Provider is cuda, and CUDA cannot be had: {reason}")
            : new(false, false, reason);
    }
}
