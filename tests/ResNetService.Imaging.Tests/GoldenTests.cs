using System.Security.Cryptography;
using System.Text.Json;
using ResNetService.ModelFormat;

namespace ResNetService.Imaging.Tests;

/// <summary>200 photographs against Pillow 9.4 and torchvision 0.14.1, bit for bit.</summary>
public sealed class GoldenTests
{
    private static readonly ImageDecoder Decoder = new(new ImageLimits(), new DecodeOptions());

    private static IEnumerable<(string File, string Sha256)> Hashes(string golden) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(SharedData.Require(golden)))!
            .Select(entry => (SharedData.Require(Path.Combine("imagenet/images", entry.Key)), entry.Value));

    [Fact]
    public void Decode_Photographs_EqualPillow()
    {
        foreach (var (file, sha256) in Hashes("golden/decoded-sha256.json"))
        {
            using var image = Decoder.Decode(File.ReadAllBytes(file));
            Assert.True(sha256 == Convert.ToHexStringLower(SHA256.HashData(image.Pixels)), file);
        }
    }

    [Fact]
    public void Preprocess_Photographs_EqualTorchvision()
    {
        var preprocessor = new ImagePreprocessor(PreprocessingSpec.ImageNet, Decoder);
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
        var manifest = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("golden/manifest.json"))).RootElement;
        var files = manifest.GetProperty("preprocessed-u8-nhwc").GetProperty("files").Deserialize<string[]>()!;
        var expected = File.ReadAllBytes(SharedData.Require("golden/preprocessed-u8-nhwc.bin"));
        var preprocessor = new ImagePreprocessor(PreprocessingSpec.ImageNet, Decoder);
        var batch = new byte[files.Length * preprocessor.OutputLength];

        for (var i = 0; i < files.Length; i++)
        {
            var encoded = File.ReadAllBytes(SharedData.Require(Path.Combine("imagenet/images", files[i])));
            preprocessor.Preprocess(encoded, batch.AsSpan(i * preprocessor.OutputLength), TestContext.Current.CancellationToken);
        }

        Assert.True(batch.AsSpan().SequenceEqual(expected));
    }
}
