using ResNetService.Modeling.Quantization;

namespace ResNetService.Modeling.Tests.Quantization;

public sealed class ModelComparisonTests
{
    /// <summary>100 * (0.765 - 0.755) is more than 1 in float64.</summary>
    [Fact]
    public void Drop_OnePointOfImages_IsNoMoreThanOne() => Assert.Equal(
        (1.0, 1.0),
        (new ModelComparison(200, new(0.765, 1), new(0.755, 1), 0.9, 0, 0).Drop, new ModelComparison(100, null, null, 0.99, 0, 0).Drop));
}
