namespace ResNetService.Inference.Execution;

/// <summary>Which provider is tried, and what is said when that is not the best that was asked for.</summary>
/// <param name="TryCuda">Whether a CUDA session is attempted.</param>
/// <param name="CudaRequired">Whether a failed attempt is an error; otherwise it is a warning, and the CPU.</param>
/// <param name="Unavailable">Why CUDA is out of the question from the outset; null where it is not, or nobody asked.</param>
internal sealed record ProviderSelection(bool TryCuda, bool CudaRequired, string? Unavailable)
{
    public static readonly ProviderSelection Cpu = new(false, false, null);

    private const string NoCudaInBuild =
        "this build has no CUDA provider: build with -p:OnnxRuntimePackage=Microsoft.ML.OnnxRuntime.Gpu (docker/Dockerfile.cuda does), or name the provider library in Execution:CudaLibrary; either needs CUDA 13 and cuDNN 9";

    /// <param name="available">Whether ONNX Runtime has the CUDA provider, from its package or from a registered library.</param>
    /// <param name="fault">Why a library did not load or has no device; null where none is needed or it has.</param>
    /// <exception cref="ExecutionException">CUDA is asked for and cannot be had.</exception>
    public static ProviderSelection Choose(ProviderChoice choice, bool available, string? fault)
    {
        if (choice == ProviderChoice.Cpu)
            return Cpu;
        if (available)
            return new(true, choice == ProviderChoice.Cuda, null);

        var reason = fault ?? NoCudaInBuild;
        return choice == ProviderChoice.Cuda
            ? throw new ExecutionException($"Execution:Provider is cuda, and CUDA cannot be had: {reason}")
            : new(false, false, reason);
    }
}
