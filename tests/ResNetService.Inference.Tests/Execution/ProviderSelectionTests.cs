using ResNetService.Inference.Execution;

namespace ResNetService.Inference.Tests.Execution;

public sealed class ProviderSelectionTests
{
    [Theory]
    // choice, CUDA in the build -> tried, required, whether a reason is given
    [InlineData(ProviderChoice.Cpu, false, false, false, false)]
    [InlineData(ProviderChoice.Cpu, true, false, false, false)]
    [InlineData(ProviderChoice.Auto, true, true, false, false)]
    [InlineData(ProviderChoice.Auto, false, false, false, true)]
    [InlineData(ProviderChoice.Cuda, true, true, true, false)]
    public void Choose_Table(ProviderChoice choice, bool inBuild, bool tried, bool required, bool explained)
    {
        var selection = ProviderSelection.Choose(choice, inBuild, fault: null);

        Assert.Equal((tried, required, explained), (selection.TryCuda, selection.CudaRequired, selection.Unavailable is not null));
    }

    [Fact]
    public void Choose_CudaWithoutCuda_SaysHowToHaveIt() =>
        Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu", Assert.Throws<ExecutionException>(() => ProviderSelection.Choose(ProviderChoice.Cuda, false, null)).Message, StringComparison.Ordinal);

    [Fact]
    public void Choose_LibraryThatDoesNotLoad_IsNamed() =>
        Assert.Contains("libcuda", Assert.Throws<ExecutionException>(() => ProviderSelection.Choose(ProviderChoice.Cuda, false, "libcuda is missing")).Message, StringComparison.Ordinal);
}
