using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using ResNetService.Imaging.Decoding;
using ResNetService.Imaging.Decoding.TurboJpeg;

namespace ResNetService.Imaging.Tests;

/// <summary>Whichever library decodes JPEG: the pixels are the same, and so is what is refused, and how.</summary>
public sealed class JpegDecoderTests
{
    private static readonly ImageDecoder Libvips = new(new ImageLimits(), new DecodeOptions { JpegDecoder = JpegDecoder.Libvips });

    /// <summary>Of the assets; and whether libjpeg-turbo decodes the kind.</summary>
    public static TheoryData<string, bool> Kinds => new()
    {
        { "rgb-444.jpg", true },
        { "rgb-422.jpg", true },
        { "rgb-420.jpg", true },
        { "gray.jpg", true },
        { "orientation-6.jpg", true },
        { "rgb-440.jpg", false },
        { "rgb-411.jpg", false },
        { "progressive.jpg", false },
        { "arithmetic.jpg", false },
        { "cmyk-adobe.jpg", false },
    };

    private static ImageDecoder TurboJpeg()
    {
        Assert.SkipUnless(ImageDecoder.HasTurboJpeg, ImageDecoder.TurboJpegMissing);
        return new(new ImageLimits(), new DecodeOptions { JpegDecoder = JpegDecoder.TurboJpeg });
    }

    /// <summary>Size and pixels, or the refusal, to compare.</summary>
    private static string Outcome(ImageDecoder decoder, ReadOnlyMemory<byte> encoded)
    {
        try
        {
            using var image = decoder.Decode(encoded);
            return $"{decoder.ReadHeader(encoded)} {Convert.ToHexString(SHA256.HashData(image.Pixels))}";
        }
        catch (ImageException e)
        {
            return $"{e.Fault}: {e.Message}";
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decode_EveryKind_IsTheSameByBoth(string name, bool isDecodedByTurboJpeg)
    {
        var turboJpeg = TurboJpeg();
        var encoded = Assets.Read(name);

        using (var rows = turboJpeg.Open(encoded, out _))
            Assert.Equal(isDecodedByTurboJpeg, rows is TurboJpegRowSource);
        Assert.Equal(Outcome(Libvips, encoded), Outcome(turboJpeg, encoded));
    }

    [Fact]
    public void Decode_AnySizeSubsamplingAndQuality_IsTheSameByBoth()
    {
        var turboJpeg = TurboJpeg();
        var random = new Random(3);
        for (var round = 0; round < 400; round++)
        {
            using var pattern = round % 2 == 0 ? TestPattern.Sharp(random.Next(1, 70), random.Next(1, 70)) : TestPattern.Smooth(random.Next(2, 200), random.Next(2, 90));
            var encoded = TurboJpegEncoder.Encode(pattern, (TurboJpegEncoder.Subsampling)random.Next(6), quality: random.Next(1, 101), progressive: round % 5 == 0);

            Assert.True(Outcome(Libvips, encoded) == Outcome(turboJpeg, encoded), $"round {round}: {pattern.Width} x {pattern.Height}");
        }
    }

    [Fact]
    public void Decode_CutAnywhere_IsTheSameByBoth()
    {
        var turboJpeg = TurboJpeg();
        foreach (var name in Kinds.Select(kind => kind.Data.Item1))
        {
            var encoded = Assets.Read(name);
            for (var length = 0; length < encoded.Length; length += 1 + (encoded.Length / 300))
                Assert.True(Outcome(Libvips, encoded.AsMemory(0, length)) == Outcome(turboJpeg, encoded.AsMemory(0, length)), $"{name} to {length}");
        }
    }

    [Fact]
    public void Decode_FlippedBits_IsTheSameByBoth()
    {
        var turboJpeg = TurboJpeg();
        var random = new Random(4);
        var images = 0;
        for (var round = 0; round < 3000; round++)
        {
            var name = Kinds.ElementAt(round % Kinds.Count).Data.Item1;
            var encoded = Assets.Read(name);
            for (var flip = 0; flip <= round % 3; flip++)
                encoded[random.Next(encoded.Length)] ^= (byte)(1 << random.Next(8));
            var expected = Outcome(Libvips, encoded);
            images += expected.StartsWith(nameof(ImageHeader), StringComparison.Ordinal) ? 1 : 0;

            Assert.True(expected == Outcome(turboJpeg, encoded), $"round {round}, {name}: {expected} / {Outcome(turboJpeg, encoded)}");
        }

        Assert.InRange(images, 500, 2500);
    }

    [Fact]
    public void Decode_TwelveBits_IsTheSameByBoth()
    {
        var turboJpeg = TurboJpeg();
        var encoded = Assets.Read("rgb-444.jpg");
        encoded[encoded.AsSpan().IndexOf<byte>([0xFF, 0xC0]) + 4] = 12;

        Assert.Equal(Outcome(Libvips, encoded), Outcome(turboJpeg, encoded));
    }

    [Fact]
    public void Decode_LargeImage_GoesToLibvipsInStrips()
    {
        var turboJpeg = TurboJpeg();
        using var pattern = TestPattern.Smooth(2100, 2000);
        var encoded = TurboJpegEncoder.Encode(pattern, TurboJpegEncoder.Subsampling.Quarter, quality: 30, progressive: false);

        using var rows = turboJpeg.Open(encoded, out _);

        Assert.IsNotType<TurboJpegRowSource>(rows);
        Assert.Equal(Outcome(Libvips, encoded), Outcome(turboJpeg, encoded));
    }

    [Theory]
    [InlineData("go-fuzz-corpus.tar.gz", 200)]
    [InlineData("pillow-images.tar.gz", 60)]
    public void Decode_MalformedCorpus_IsTheSameByBoth(string archive, int least)
    {
        var turboJpeg = TurboJpeg();
        using var tar = new TarReader(new GZipStream(File.OpenRead(SharedData.Require("malformed/" + archive)), CompressionMode.Decompress));
        var seen = 0;
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is null)
                continue;
            var encoded = new byte[entry.Length];
            entry.DataStream.ReadExactly(encoded);
            if (ImageFormats.Sniff(encoded) != ImageFormat.Jpeg)
                continue;
            seen++;
            Assert.True(Outcome(Libvips, encoded) == Outcome(turboJpeg, encoded), $"{entry.Name}: {Outcome(Libvips, encoded)} / {Outcome(turboJpeg, encoded)}");
        }

        Assert.True(seen >= least, $"only {seen} are JPEG");
    }

    [Fact]
    public void JpegDecoder_IsTheOneThatDecodes()
    {
        Assert.Equal(JpegDecoder.Libvips, Libvips.JpegDecoder);
        Assert.Equal(ImageDecoder.HasTurboJpeg ? JpegDecoder.TurboJpeg : JpegDecoder.Libvips, new ImageDecoder(new ImageLimits(), new DecodeOptions()).JpegDecoder);
    }

    [Fact]
    public void Construct_TurboJpegMissing_FallsBackOnlyWhereThatIsAllowed()
    {
        static ImageDecoder Create(JpegDecoder decoder) => new(new ImageLimits(), new DecodeOptions { JpegDecoder = decoder }, turboJpeg: null);

        Assert.Equal(JpegDecoder.Libvips, Create(JpegDecoder.Auto).JpegDecoder);
        Assert.Equal(JpegDecoder.Libvips, Create(JpegDecoder.Libvips).JpegDecoder);
        Assert.Contains("libturbojpeg0", Assert.Throws<DllNotFoundException>(() => Create(JpegDecoder.TurboJpeg)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoSuchFileOrAnotherLibrary_IsNull()
    {
        Assert.Null(TurboJpegLibrary.Load("libabsent.so.0"));
        Assert.Null(TurboJpegLibrary.Load(OperatingSystem.IsWindows() ? "kernel32.dll" : OperatingSystem.IsMacOS() ? "libSystem.dylib" : "libc.so.6"));
    }
}
