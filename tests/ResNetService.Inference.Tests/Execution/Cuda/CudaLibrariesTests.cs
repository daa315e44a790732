using ResNetService.Inference.Execution.Cuda;

namespace ResNetService.Inference.Tests.Execution.Cuda;

public sealed class CudaLibrariesTests
{
    [Fact]
    public void Explain_NothingMissing_IsTheReasonAlone() => Assert.Equal("no.", CudaLibraries.Explain("no.", _ => true));

    [Fact]
    public void Explain_DnnMissing_NamesItAloneAndWhatToInstall()
    {
        var sentence = CudaLibraries.Explain("It does not load.", name => !name.Contains("cudnn", StringComparison.Ordinal));

        Assert.StartsWith("It does not load. Not found on this machine: ", sentence, StringComparison.Ordinal);
        Assert.Contains("cudnn", sentence, StringComparison.Ordinal);
        Assert.Contains("install cuDNN 9", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("cublas", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_EverythingMissing_NamesEachRemedyOnce()
    {
        var sentence = CudaLibraries.Explain("It does not load.", _ => false);

        foreach (var remedy in new[] { "the NVIDIA driver", "install CUDA 13;", "install cuDNN 9" })
            Assert.Equal(2, sentence.Split(remedy).Length);
        Assert.Contains("cublasLt", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void OfThePackage_LibraryInOneOfTheDirectories_IsFound()
    {
        var directory = Directory.CreateTempSubdirectory();
        try
        {
            var directories = string.Join(Path.PathSeparator, Path.Combine(directory.FullName, "none"), directory.FullName);
            Assert.Null(CudaLibraries.OfThePackage(directories));

            var library = Path.Combine(directory.FullName, OperatingSystem.IsWindows() ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so");
            File.WriteAllBytes(library, []);
            Assert.Equal(library, CudaLibraries.OfThePackage(directories));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
