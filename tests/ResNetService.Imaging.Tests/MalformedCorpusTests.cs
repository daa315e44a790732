using System.Formats.Tar;
using System.IO.Compression;

namespace ResNetService.Imaging.Tests;

/// <summary>A fuzz corpus and a codec library's own bombs, truncated and odd images: each gives an image or an ImageException.</summary>
public sealed class MalformedCorpusTests
{
    private static readonly ImageDecoder Decoder = new(new ImageLimits(), new DecodeOptions());
    private static readonly ImagePreprocessor Preprocessor = new(ModelFormat.PreprocessingSpec.ImageNet, Decoder);

    [Theory]
    [InlineData("go-fuzz-corpus.tar.gz", 1718, 300)]
    [InlineData("pillow-images.tar.gz", 860, 600)]
    public void Preprocess_EveryFile_IsAnImageOrAnImageException(string archive, int files, int leastImages)
    {
        using var tar = new TarReader(new GZipStream(File.OpenRead(SharedData.Require("malformed/" + archive)), CompressionMode.Decompress));
        var pixels = new byte[Preprocessor.OutputLength];
        var (seen, images) = (0, 0);
        while (tar.GetNextEntry() is { } entry)
        {
            seen++;
            if (entry.DataStream is null)
                continue;
            var encoded = new byte[entry.Length];
            entry.DataStream.ReadExactly(encoded);
            if (Answers(entry.Name, encoded, pixels))
                images++;
        }

        Assert.Equal(files, seen);
        Assert.True(images > leastImages, $"only {images} of {seen} are images");
    }

    /// <summary>Each file of which Pillow makes an image and the decoder none, or the other way round: docs/hostile-input.md says why.</summary>
    [Fact]
    public void Preprocess_EveryFileOnWhichPillowDisagrees_HasTheVerdictThatIsListed()
    {
        var listed = File.ReadLines(Path.Combine(Repository.Root, "tests", "ResNetService.Imaging.Tests", "Malformed", "disagreements.tsv")).Select(line => line.Split('\t')).ToLookup(cells => cells[0]);
        var pixels = new byte[Preprocessor.OutputLength];
        List<string> others = [];
        foreach (var archive in listed)
        {
            using var tar = new TarReader(new GZipStream(File.OpenRead(SharedData.Require("malformed/" + archive.Key)), CompressionMode.Decompress));
            var expected = archive.ToDictionary(cells => cells[1], cells => cells[3]);
            while (tar.GetNextEntry() is { } entry)
            {
                if (!expected.Remove(entry.Name, out var verdict) || entry.DataStream is null)
                    continue;
                var encoded = new byte[entry.Length];
                entry.DataStream.ReadExactly(encoded);
                if (Verdict(encoded, pixels) is var actual && actual != verdict)
                    others.Add($"{entry.Name}: {actual} in place of {verdict}");
            }

            Assert.Empty(expected);
        }

        Assert.Empty(others);
    }

    private static string Verdict(byte[] encoded, byte[] pixels)
    {
        try
        {
            Preprocessor.Preprocess(encoded, pixels, TestContext.Current.CancellationToken);
            return "Image";
        }
        catch (ImageException e)
        {
            return e.Fault.ToString();
        }
    }

    private static bool Answers(string name, byte[] encoded, byte[] pixels)
    {
        try
        {
            var size = Preprocessor.Preprocess(encoded, pixels, TestContext.Current.CancellationToken);
            Assert.Equal(Decoder.ReadHeader(encoded).Size, size);
            return true;
        }
        catch (ImageException e)
        {
            Assert.False(string.IsNullOrWhiteSpace(e.Message), name);
            return false;
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{name}: {e}");
            return false;
        }
    }
}
