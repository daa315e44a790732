namespace ResNetService.Imaging.Tests;

public sealed class TruncationTests
{
    private static readonly ImageDecoder Decoder = new(new ImageLimits(), new DecodeOptions());
    private static readonly ImagePreprocessor Preprocessor = new(ModelFormat.PreprocessingSpec.ImageNet, Decoder);

    /// <summary>All but those whose first frame is complete long before the file is: there the rest may be missing.</summary>
    public static TheoryData<string> WithoutTails { get; } = [.. Assets.Expected.Keys.Except(["animated.gif", "animated.png", "pages.tif", "texts.png"])];

    private static ImageFault? Fault(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (ImageException e)
        {
            return e.Fault;
        }
    }

    [Theory]
    [MemberData(nameof(Assets.Names), MemberType = typeof(Assets))]
    public void Decode_CutAnywhere_IsAnImageOrAnImageException(string name)
    {
        var encoded = Assets.Read(name);
        for (var length = 0; length < encoded.Length; length += 1 + (encoded.Length / 60))
            Fault(() => Decoder.Decode(encoded.AsMemory(0, length)).Dispose());
    }

    [Theory]
    [MemberData(nameof(WithoutTails))]
    public void Decode_LastThirdMissing_IsCorrupt(string name)
    {
        var encoded = Assets.Read(name);

        Assert.Equal(ImageFault.Corrupt, Fault(() => Decoder.Decode(encoded.AsMemory(0, encoded.Length * 2 / 3)).Dispose()));
    }

    [Fact]
    public void Preprocess_RowsBelowTheCropMissing_IsCorrupt()
    {
        // 17 rows become 256, of which the crop takes the middle 224: the last source row is not needed for it.
        var bmp = Assets.Read("top-down.bmp");
        var pixels = new byte[Preprocessor.OutputLength];

        Assert.Equal(ImageFault.Corrupt, Fault(() => Preprocessor.Preprocess(bmp.AsMemory(0, bmp.Length - 10), pixels)));
        var jpeg = Assets.Read("rgb-420.jpg");
        Assert.Equal(ImageFault.Corrupt, Fault(() => Preprocessor.Preprocess(jpeg.AsMemory(0, jpeg.Length - 4), pixels)));
    }

    [Fact]
    public void Decode_FlippedBits_AreAnImageOrAnImageException()
    {
        var random = new Random(1);
        foreach (var name in Assets.Expected.Keys)
        {
            for (var round = 0; round < 6; round++)
            {
                var encoded = Assets.Read(name);
                for (var flip = 0; flip <= round; flip++)
                    encoded[random.Next(encoded.Length)] ^= (byte)(1 << random.Next(8));
                Fault(() => Decoder.Decode(encoded).Dispose());
            }
        }
    }
}
