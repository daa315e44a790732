using NetVips;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Evaluation;
using ResNetService.Modeling.Tests.Training;

namespace ResNetService.Modeling.Tests.Evaluation;

/// <summary>Averages over views, held against the service's answers for images that are those views, and against arithmetic.</summary>
public sealed class ViewScorerTests : IDisposable
{
    private static readonly string Shipped = Path.Combine(Repository.Root, "models", "resnet20-cifar10", "1");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task MultiScale_OneScaleAsLargeAsTheInput_IsOneCrop()
    {
        var image = Write("a.png", Noise(32, 32), 32);
        var manifest = ManifestReader.Read(Path.Combine(Shipped, ModelManifest.FileName));
        await using var service = await ImageScorer.OpenAsync(Shipped, Views.OneCrop);
        await using var scaled = new ViewScorer(
            FreeSizeGraph.Load(ExecutionBackend.OnCpu(), manifest, Graph(Shipped)), manifest, size => ViewPlan.MultiScale(size, [32]), mirrored: false);

        AssertSame(await Score(service, image), await Score(scaled, image));
    }

    [Fact]
    public async Task TenCrop_NoBorder_IsTheMeanOfTheImageAndItsMirrorImage()
    {
        var pixels = Noise(32, 32);
        var image = Write("a.png", pixels, 32);
        var mirrored = Write("b.png", Mirror(pixels, 32), 32);
        await using var service = await ImageScorer.OpenAsync(Shipped, Views.OneCrop);
        await using var tenCrop = await ImageScorer.OpenAsync(Shipped, Views.TenCrop);

        var (one, other, ten) = (await Score(service, image), await Score(service, mirrored), await Score(tenCrop, image));

        Assert.InRange(Math.Abs(one.ClassProbability - other.ClassProbability), 1e-5, 1);
        Assert.Equal((one.ClassProbability + other.ClassProbability) / 2, ten.ClassProbability, 1e-6);
    }

    /// <summary>A graph whose logits are the mean red, green and blue of what it is shown: 8x8 parts of a 13x10 image, with and without normalisation in the graph.</summary>
    [Theory]
    [InlineData(InputType.UInt8)]
    [InlineData(InputType.Float32)]
    public async Task TenCrop_OfAPhotograph_AveragesTheProbabilitiesOfCornersAndCentre(InputType input)
    {
        var pixels = Noise(13, 10).Select(value => (byte)(value / 64)).ToArray();
        using var models = new TinyModelRepository();
        var directory = Add(models, input, resize: 10);
        await using var scorer = await ImageScorer.OpenAsync(directory, Views.TenCrop);

        var scored = await Score(scorer, Write("a.png", pixels, 13));

        var expected = new double[3];
        foreach (var (left, top) in new[] { (0, 0), (5, 0), (0, 2), (5, 2), (2, 1) })
        {
            double[] logits = [.. Enumerable.Range(0, 3).Select(channel => Logit(MeanOfCrop(pixels, 13, left, top, channel), channel, input))];
            var sum = logits.Sum(Math.Exp);
            for (var channel = 0; channel < 3; channel++)
                expected[channel] += Math.Exp(logits[channel]) / sum / 5;
        }

        Assert.Equal(expected.Index().OrderByDescending(e => e.Item).Select(e => e.Index), scored.Best.Select(p => p.Index));
        Assert.All(scored.Best, p => Assert.Equal(expected[p.Index], p.Probability, 1e-6));
        Assert.Equal(expected[0], scored.ClassProbability, 1e-6);
    }

    [Fact]
    public async Task Score_ImageThatCannotBeDecoded_IsNamed()
    {
        _folder.Write("broken.jpg", [0xFF, 0xD8, 0xFF, 0xE0]);
        await using var scorer = await ImageScorer.OpenAsync(Shipped, Views.TenCrop);

        var exception = await Assert.ThrowsAsync<EvaluationException>(() => Score(scorer, new(Path.Combine(_folder.Path, "broken.jpg"), 0)));

        Assert.Contains("broken.jpg: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Score_NetworkWhoseOutputIsNoNumber_SaysSo()
    {
        using var models = new TinyModelRepository();
        models.Add("nan", "1", TinyOnnx.NotANumber(TinyModelRepository.Size), TinyModelRepository.Manifest());
        await using var scorer = await ImageScorer.OpenAsync(Path.Combine(models.Path, "nan", "1"), Views.TenCrop);

        var exception = await Assert.ThrowsAsync<EvaluationException>(() => Score(scorer, Write("a.png", Noise(8, 8), 8)));

        Assert.Contains("not a number", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_ViewsThatTheModelCannotBeShown_SaysWhy()
    {
        using var models = new TinyModelRepository();
        var padding = Add(models, InputType.UInt8, resize: 7);

        var scales = await Assert.ThrowsAsync<EvaluationException>(() => ImageScorer.OpenAsync(Shipped, Views.MultiScale));
        var crops = await Assert.ThrowsAsync<EvaluationException>(() => ImageScorer.OpenAsync(padding, Views.TenCrop));

        Assert.Contains("224, 256, 384, 480, 640 pixels, and this network is made for images of 32", scales.Message, StringComparison.Ordinal);
        Assert.Contains("ten crops of 8 pixels do not fit into images whose shorter side is resized to 7", crops.Message, StringComparison.Ordinal);
    }

    private static string Add(TinyModelRepository models, InputType input, int resize)
    {
        var (graph, manifest) = input == InputType.UInt8
            ? (TinyOnnx.MeanColor(TinyModelRepository.Size), TinyModelRepository.Manifest())
            : (TinyOnnx.MeanChannel(TinyModelRepository.Size), TinyModelRepository.Manifest("input", "float32", "nchw", "output"));
        models.Add("color", "1", graph, manifest.Replace("\"resize\": 8", $"\"resize\": {resize}", StringComparison.Ordinal));
        return Path.Combine(models.Path, "color", "1");
    }

    private static double Logit(double mean, int channel, InputType input) => input == InputType.UInt8
        ? mean
        : ((mean / 255) - PreprocessingSpec.ImageNet.Mean[channel]) / PreprocessingSpec.ImageNet.Std[channel];

    private static double MeanOfCrop(byte[] pixels, int width, int left, int top, int channel) => Enumerable.Range(0, 64)
        .Average(i => pixels[((((top + (i / 8)) * width) + left + (i % 8)) * 3) + channel]);

    private static string Graph(string directory) => Path.Combine(directory, ModelManifest.GraphFileName);

    private static Task<ScoredImage> Score(IImageScorer scorer, LabelledImage image) => scorer.ScoreAsync(image, TestContext.Current.CancellationToken);

    private static void AssertSame(ScoredImage expected, ScoredImage actual)
    {
        Assert.Equal(expected.Best.Select(p => (p.Index, p.Label)), actual.Best.Select(p => (p.Index, p.Label)));
        Assert.All(expected.Best.Zip(actual.Best), pair => Assert.Equal(pair.First.Probability, pair.Second.Probability, 1e-6));
        Assert.Equal(expected.ClassProbability, actual.ClassProbability, 1e-6);
    }

    private LabelledImage Write(string name, byte[] pixels, int width)
    {
        using var image = NetVips.Image.NewFromMemory(pixels, width, pixels.Length / 3 / width, 3, Enums.BandFormat.Uchar);
        _folder.Write(name, image.PngsaveBuffer());
        return new(Path.Combine(_folder.Path, name), 0);
    }

    private static byte[] Noise(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        new Random(3).NextBytes(pixels);
        return pixels;
    }

    private static byte[] Mirror(byte[] pixels, int width) => [.. pixels.Chunk(width * 3).SelectMany(row => row.Chunk(3).Reverse().SelectMany(pixel => pixel))];
}
