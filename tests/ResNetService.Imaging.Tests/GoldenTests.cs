using System.Security.Cryptography;
using System.Text.Json;
using ResNetService.Imaging.Resampling.Kernels;
using ResNetService.ModelFormat;

namespace ResNetService.Imaging.Tests;

/// <summary>200 photographs against Pillow 9.4 and torchvision 0.14.1, bit for bit.</summary>
public sealed class GoldenTests
{
    /// <summary>Whatever decodes and whatever resamples here.</summary>
    public static TheoryData<JpegDecoder, string> Paths =>
        new(from decoder in new[] { JpegDecoder.Libvips, JpegDecoder.TurboJpeg } from path in Enum.GetNames<KernelPath>() select (decoder, path));

    private static ImageDecoder Create(JpegDecoder decoder)
    {
        Assert.SkipUnless(decoder == JpegDecoder.Libvips || ImageDecoder.HasTurboJpeg, ImageDecoder.TurboJpegMissing);
        return new(new ImageLimits(), new DecodeOptions { JpegDecoder = decoder });
    }

    private static ImagePreprocessor Create(JpegDecoder decoder, string name)
    {
        var path = Enum.Parse<KernelPath>(name);
        Assert.SkipUnless(KernelPaths.Supported.Contains(path), $"This machine has no {path}.");
        return new(PreprocessingSpec.ImageNet, Create(decoder), path);
    }

    private static IEnumerable<(string File, string Sha256)> Hashes(string golden) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(SharedData.Require(golden)))!
            .Select(entry => (SharedData.Require(Path.Combine("imagenet/images", entry.Key)), entry.Value));

    [Theory]
    [InlineData(JpegDecoder.Libvips)]
    [InlineData(JpegDecoder.TurboJpeg)]
    public void Decode_Photographs_EqualPillow(JpegDecoder name)
    {
        var decoder = Create(name);
        foreach (var (file, sha256) in Hashes("golden/decoded-sha256.json"))
        {
            using var image = decoder.Decode(File.ReadAllBytes(file));
            Assert.True(sha256 == Convert.ToHexStringLower(SHA256.HashData(image.Pixels)), file);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Preprocess_Photographs_EqualTorchvision(JpegDecoder decoder, string path)
    {
        var preprocessor = Create(decoder, path);
        var pixels = new byte[preprocessor.OutputLength];
        foreach (var (file, sha256) in Hashes("golden/preprocessed-sha256.json"))
        {
            preprocessor.Preprocess(File.ReadAllBytes(file), pixels, TestContext.Current.CancellationToken);
            Assert.True(sha256 == Convert.ToHexStringLower(SHA256.HashData(pixels)), file);
        }
    }

    [Fact]
    public void Preprocess_TwentyPhotographs_EqualTorchvisionPixelForPixel()
    {
        var preprocessor = new ImagePreprocessor(PreprocessingSpec.ImageNet, new ImageDecoder(new ImageLimits(), new DecodeOptions()));
        var manifest = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("golden/manifest.json"))).RootElement;
        var files = manifest.GetProperty("preprocessed-u8-nhwc").GetProperty("files").Deserialize<string[]>()!;
        var expected = File.ReadAllBytes(SharedData.Require("golden/preprocessed-u8-nhwc.bin"));
        var batch = new byte[files.Length * preprocessor.OutputLength];

        for (var i = 0; i < files.Length; i++)
        {
            var encoded = File.ReadAllBytes(SharedData.Require(Path.Combine("imagenet/images", files[i])));
            preprocessor.Preprocess(encoded, batch.AsSpan(i * preprocessor.OutputLength), TestContext.Current.CancellationToken);
        }

        Assert.True(batch.AsSpan().SequenceEqual(expected));
    }
}
