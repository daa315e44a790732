using ResNetService.ModelFormat;

namespace ResNetService.Imaging.Tests;

public sealed class ImageRegionTests
{
    private static readonly PreprocessingSpec Spec = PreprocessingSpec.ImageNet;

    [Fact]
    public void Seen_SquareImage_LeavesTheBorderThatTheCropCutsOff()
    {
        var seen = ImageRegion.Seen(Spec, new(512, 512));

        Assert.Equal(new(32, 32, 448, 448), seen);
    }

    [Fact]
    public void Seen_OblongImage_IsASquareInItsMiddle()
    {
        var seen = ImageRegion.Seen(Spec, new(1024, 512));

        Assert.Equal(new(288, 32, 448, 448), seen);
    }

    [Fact]
    public void Seen_ImagePaddedToTheCrop_ReachesBeyondIt()
    {
        var seen = ImageRegion.Seen(Spec with { InputSize = 200, Resize = 100 }, new(50, 50));

        Assert.Equal(new(-25, -25, 100, 100), seen);
    }
}
