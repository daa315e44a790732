namespace ResNetService.Inference.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void PublicApi_ChangesOnPurposeOnly() => PublicApi.AssertApproved(typeof(ResNetInference).Assembly);
}
