namespace ResNetService.Imaging.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void PublicApi_ChangesOnPurposeOnly() => PublicApi.AssertApproved(typeof(ImageDecoder).Assembly);
}
