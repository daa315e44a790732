using ResNetService.Imaging.Resampling;
using ResNetService.Imaging.Resampling.Kernels;
using ResNetService.ModelFormat;

namespace ResNetService.Imaging.Tests.Resampling;

/// <summary>Every instruction set gives what the scalar reference gives, whatever the size, the scale, the filter and the crop.</summary>
public sealed class KernelTests
{
    /// <summary>All paths that this machine has; on the others the reference is compared with itself.</summary>
    public static TheoryData<string> Paths { get; } = [.. Enum.GetNames<KernelPath>()];

    private static KernelPath Require(string path)
    {
        Assert.SkipUnless(KernelPaths.Supported.Contains(Enum.Parse<KernelPath>(path)), $"This machine has no {path}.");
        return Enum.Parse<KernelPath>(path);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void RowResampler_AnySize_EqualsTheReference(string name)
    {
        var path = Require(name);
        var random = new Random(7);
        for (var round = 0; round < 3000; round++)
        {
            using var table = RandomTable(random, round);
            var row = RandomBytes(random, table.SourceLength * 3);
            var (expected, actual) = (new byte[table.Count * 3], new byte[table.Count * 3]);
            using var reference = RowResampler.Create(table, KernelPath.Scalar);
            using var resampler = RowResampler.Create(table, path);

            reference.Resample(row, expected);
            resampler.Resample(row, actual);

            Assert.True(expected.AsSpan().SequenceEqual(actual), $"round {round}: {table.SourceLength} to {table.Count} pixels, {table.Taps} taps");
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void RowSum_AnyLengthAndTaps_EqualsTheReference(string name)
    {
        var path = Require(name);
        var random = new Random(8);
        for (var round = 0; round < 2000; round++)
        {
            using var table = RandomTable(random, round);
            var length = random.Next(1, 300);
            var rows = RandomBytes(random, table.Taps * length);
            var offsets = Enumerable.Range(0, table.Taps).Select(tap => (tap + round) % table.Taps * length).ToArray();
            var weights = table.Weights[^table.Taps..];
            var (expected, actual) = (new byte[length], new byte[length]);

            RowSum.Run(KernelPath.Scalar, rows, offsets, weights, expected);
            RowSum.Run(path, rows, offsets, weights, actual);

            Assert.True(expected.AsSpan().SequenceEqual(actual), $"round {round}: {length} bytes, {table.Taps} taps");
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Preprocess_AnyPath_EqualsPillow(string name)
    {
        var path = Require(name);
        var decoder = new ImageDecoder(new ImageLimits(), new DecodeOptions());
        foreach (var expected in Assets.Resizes)
        {
            using var image = TestPattern.Sharp(expected[0].GetInt32(), expected[1].GetInt32());
            var spec = new PreprocessingSpec
            {
                Resize = expected[2].GetInt32(),
                InputSize = expected[3].GetInt32(),
                Interpolation = Enum.Parse<Interpolation>(expected[4].GetString()!),
            };
            var preprocessor = new ImagePreprocessor(spec, decoder, path);
            var pixels = new byte[preprocessor.OutputLength];

            preprocessor.Preprocess(image, pixels);

            Assert.True(expected[5].GetString() == Assets.Sha256(pixels), expected.ToString());
        }
    }

    [Fact]
    public void Fastest_IsTheLastThatTheMachineHas()
    {
        Assert.Contains(KernelPath.Scalar, KernelPaths.Supported);
        Assert.Equal(KernelPaths.Supported.Max(), KernelPaths.Fastest);
    }

    /// <summary>Noise, which nothing is symmetric in, with long runs of both ends of the range, where sums overflow first.</summary>
    private static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        if (random.Next(3) == 0)
            bytes.AsSpan(random.Next(length)).Fill((byte)(random.Next(2) * 255));
        return bytes;
    }

    /// <summary>Sizes from a pixel to a photograph's, reductions to a fiftieth and enlargements, both filters, mirrored or not, the crop anywhere.</summary>
    private static ResampleTable RandomTable(Random random, int round)
    {
        var source = random.Next(1, round % 3 == 0 ? 2000 : 200);
        var resized = random.Next(1, 300);
        var count = random.Next(1, resized + 1);
        var axis = new CropAxis(source, resized, random.Next(0, resized - count + 1), count, Padding: 0);
        return new(axis, random.Next(2) == 0 ? Interpolation.Bilinear : Interpolation.Bicubic, mirrored: random.Next(3) == 0);
    }
}
