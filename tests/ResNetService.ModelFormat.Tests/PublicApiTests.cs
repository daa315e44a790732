namespace ResNetService.ModelFormat.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void PublicApi_ChangesOnPurposeOnly() => PublicApi.AssertApproved(typeof(ModelManifest).Assembly);
}
