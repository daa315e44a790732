namespace ResNetService.Inference.Execution.Cuda;

/// <summary>
/// The libraries that ONNX Runtime's CUDA provider needs and does not bring. Where one is missing, ONNX Runtime names the first that the
/// loader stumbled over, on Windows none; this names all of them, and what to install.
/// </summary>
internal static class CudaLibraries
{
    private const string Driver = "the NVIDIA driver (for a container: the NVIDIA container toolkit, and docker run --gpus all)";
    private const string Toolkit = "CUDA 13";
    private const string Dnn = "cuDNN 9 for CUDA 13";

    /// <summary>Of cuDNN, which ONNX Runtime does not look for before the first convolution.</summary>
    public static string DnnName => NameOf(Needed[^1]);

    private static readonly (string Linux, string Windows, string Remedy)[] Needed =
    [
        ("libcuda.so.1", "nvcuda.dll", Driver),
        ("libcudart.so.13", "cudart64_13.dll", Toolkit),
        ("libcublas.so.13", "cublas64_13.dll", Toolkit),
        ("libcublasLt.so.13", "cublasLt64_13.dll", Toolkit),
        ("libcurand.so.10", "curand64_10.dll", Toolkit),
        ("libcudnn.so.9", "cudnn64_9.dll", Dnn),
    ];

    /// <summary>The provider library in ONNX Runtime's GPU package; null where none is beside this program.</summary>
    public static string? OfThePackage(string? searchDirectories) => (searchDirectories ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(directory => Path.Combine(directory, OperatingSystem.IsWindows() ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so"))
        .FirstOrDefault(File.Exists);

    /// <summary>The reason, and a sentence that says what is missing and what to install; the reason alone where everything loads.</summary>
    /// <param name="loads">Whether the loader finds the library of that name.</param>
    public static string Explain(string reason, Func<string, bool> loads)
    {
        var missing = Needed
            .Where(library => !loads(NameOf(library)))
            .GroupBy(library => library.Remedy, NameOf)
            .Select(group => $"{string.Join(", ", group)}: install {group.Key}")
            .ToArray();
        return missing.Length == 0 ? reason : $"{reason.TrimEnd('.', '\r', '\n')}. Not found on this machine: {string.Join("; ", missing)}.";
    }

    private static string NameOf((string Linux, string Windows, string Remedy) library) => OperatingSystem.IsWindows() ? library.Windows : library.Linux;
}
