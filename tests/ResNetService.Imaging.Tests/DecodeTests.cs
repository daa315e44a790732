namespace ResNetService.Imaging.Tests;

public sealed class DecodeTests
{
    private static readonly ImageDecoder Decoder = new(new ImageLimits(), new DecodeOptions());

    [Theory]
    [MemberData(nameof(Assets.Names), MemberType = typeof(Assets))]
    public void Decode_EveryFormatAndMode_EqualsPillow(string name)
    {
        var expected = Assets.Expected[name];

        using var image = Decoder.Decode(Assets.Read(name));

        Assert.Equal((expected.Width, expected.Height), (image.Width, image.Height));
        Assert.Equal(expected.Sha256, Assets.Sha256(image.Pixels));
    }

    [Theory]
    [MemberData(nameof(Assets.Names), MemberType = typeof(Assets))]
    public void ReadHeader_EveryFormatAndMode_GivesFormatSizeAndFrames(string name)
    {
        var expected = Assets.Expected[name];

        var header = Decoder.ReadHeader(Assets.Read(name));

        Assert.Equal(new ImageSize(expected.Width, expected.Height), header.Size);
        Assert.Equal(expected.Frames, header.Frames);
        Assert.Equal(Path.GetExtension(name), header.Format switch
        {
            ImageFormat.Jpeg => ".jpg",
            ImageFormat.Tiff => ".tif",
            var other => "." + other.ToString().ToLowerInvariant(),
        });
    }

    [Fact]
    public void ReadHeader_NothingAfterTheHeader_Succeeds()
    {
        var jpeg = Assets.Read("rgb-420.jpg");
        var pixels = jpeg.AsSpan().IndexOf<byte>([0xFF, 0xDA]) + 30;

        Assert.Equal(new ImageSize(23, 17), Decoder.ReadHeader(jpeg.AsMemory(0, pixels)).Size);
        Assert.Equal(ImageFault.Corrupt, Assert.Throws<ImageException>(() => Decoder.Decode(jpeg.AsMemory(0, pixels))).Fault);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void ReadHeader_LyingImage_GivesBothSizes(int orientation)
    {
        var header = Decoder.ReadHeader(Assets.Read($"orientation-{orientation}.jpg"));

        Assert.Equal(new ImageSize(11, 19), header.Size);
        Assert.Equal(new ImageSize(19, 11), header.StoredSize);
    }

    [Fact]
    public void Decode_OrientationNotApplied_GivesStoredPixels()
    {
        var decoder = new ImageDecoder(new ImageLimits(), new DecodeOptions { ApplyOrientation = false });
        using var upright = Decoder.Decode(Assets.Read("orientation-1.jpg"));

        for (var orientation = 1; orientation <= 8; orientation++)
        {
            var encoded = Assets.Read($"orientation-{orientation}.jpg");
            using var image = decoder.Decode(encoded);
            Assert.Equal(upright.Pixels, image.Pixels);
            Assert.Equal(new ImageSize(19, 11), decoder.ReadHeader(encoded).Size);
        }
    }

    [Fact]
    public void Decode_BottomUpBmpOrientationNotApplied_IsStillUpright()
    {
        var decoder = new ImageDecoder(new ImageLimits(), new DecodeOptions { ApplyOrientation = false });

        using var image = decoder.Decode(Assets.Read("rgb-24.bmp"));

        Assert.Equal(Assets.Expected["rgb-24.bmp"].Sha256, Assets.Sha256(image.Pixels));
    }

    [Theory]
    [InlineData("rgba.png")]
    [InlineData("gray-alpha.png")]
    [InlineData("rgba-32.bmp")]
    [InlineData("lossless-alpha.webp")]
    public void Decode_TransparentPixels_ShowTheBackground(string name)
    {
        // The pattern's alpha is 0 at the first pixel.
        using var image = new ImageDecoder(new ImageLimits(), new DecodeOptions { Background = 0x10A0F0 }).Decode(Assets.Read(name));

        Assert.Equal<byte>([0x10, 0xA0, 0xF0], image.Pixels[..3]);
    }

    [Fact]
    public void Decode_Avif_IsThePictureItWasMadeFrom()
    {
        using var expected = TestPattern.Smooth(64, 48);
        using var image = Decoder.Decode(Assets.Read("smooth.avif"));

        Assert.Equal((64, 48), (image.Width, image.Height));
        var difference = 0.0;
        for (var i = 0; i < image.Pixels.Length; i++)
            difference += Math.Abs(image.Pixels[i] - expected.Pixels[i]);
        Assert.InRange(difference / image.Pixels.Length, 0, 4);
    }

    [Fact]
    public void Decode_PartOfALargerBuffer_ReadsThatPartAlone()
    {
        byte[] buffer = [1, 2, 3, .. Assets.Read("rgb.png"), .. Assets.Read("gray.jpg")];

        using var image = Decoder.Decode(buffer.AsMemory(3, Assets.Read("rgb.png").Length));

        Assert.Equal(Assets.Expected["rgb.png"].Sha256, Assets.Sha256(image.Pixels));
    }

    [Fact]
    public void Decode_ManyThreads_GiveTheSameAsOne()
    {
        var names = Assets.Expected.Keys.ToArray();
        Parallel.For(0, 8 * names.Length, i =>
        {
            var name = names[i * 31 % names.Length];
            using var image = Decoder.Decode(Assets.Read(name));
            Assert.True(Assets.Expected[name].Sha256 == Assets.Sha256(image.Pixels), name);
        });
    }

    [Fact]
    public void Pixels_Disposed_Throws()
    {
        var image = Decoder.Decode(Assets.Read("rgb.png"));
        image.Dispose();
        image.Dispose();

        Assert.Throws<ObjectDisposedException>(() => image.Pixels.Length);
    }
}
