using System.Text;
using System.Text.RegularExpressions;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Pull;

namespace ResNetService.Modeling.Tests.Pull;

public sealed partial class WeightCatalogueTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "models.md"));

    /// <summary>The example of docs/models.md.</summary>
    private static readonly string Complete = CatalogueFence().Match(Document).Groups[1].Value;

    public static TheoryData<string> BuiltInNames => [.. WeightCatalogue.BuiltIn.Weights.Select(weights => weights.Name)];

    private static PublishedWeights BuiltIn(string name) => WeightCatalogue.BuiltIn.Weights.Single(weights => weights.Name == name);

    [Theory]
    [MemberData(nameof(BuiltInNames))]
    public void BuiltIn_EachEntry_IsConsistent(string name)
    {
        var weights = BuiltIn(name);

        Assert.StartsWith(weights.Architecture.Name + ".", weights.Name, StringComparison.Ordinal);
        Assert.Same(LabelSets.ImageNet, weights.Labels);
        Assert.NotNull(weights.Size);
        Assert.NotNull(weights.Accuracy);

        // The parameters at 4 bytes are most of the file: BatchNorm's statistics and GoogLeNet's auxiliary heads come on top.
        var parameters = 4 * weights.Architecture.Measure().Parameters;
        Assert.InRange(weights.Size.Max, parameters, 2 * parameters);
    }

    /// <summary>torchvision puts the first digits of the digest into the file's name; Hugging Face shows all of them.</summary>
    [Theory]
    [MemberData(nameof(BuiltInNames))]
    public void BuiltIn_Digest_IsThePublishersOwn(string name)
    {
        var weights = BuiltIn(name);

        if (weights.Url.Host == "download.pytorch.org")
            Assert.Equal(TorchvisionDigest().Match(weights.Url.AbsolutePath).Groups[1].Value, weights.Sha256);
        else
            Assert.Equal((64, $"https://huggingface.co/timm/{name}/resolve/main/model.safetensors"), (weights.Sha256.Length, weights.Url.AbsoluteUri));
    }

    [Fact]
    public void BuiltIn_Names_AreThoseOfTheIssueAndNoneTwice() => Assert.Equal(
        ["googlenet", "resnet101", "resnet152", "resnet18", "resnet18d", "resnet34", "resnet50", "resnet50d", "vgg16", "vgg16-bn", "vgg19", "vgg19-bn"],
        WeightCatalogue.BuiltIn.Weights.Select(weights => weights.Architecture.Name).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("resnet50", "resnet50.tv2_in1k")]
    [InlineData("resnet50.a1_in1k", "resnet50.a1_in1k")]
    [InlineData("resnet18", "resnet18.tv_in1k")]
    [InlineData("resnet50d", "resnet50d.a1_in1k")]
    [InlineData("resnet51", null)]
    public void Find_NameOrNetwork_GivesTheWeights(string name, string? found) => Assert.Equal(found, WeightCatalogue.BuiltIn.Find(name)?.Name);

    [Theory]
    [InlineData("resnet50.tv_in1k", 256, Interpolation.Bilinear)]
    [InlineData("resnet50.tv2_in1k", 232, Interpolation.Bilinear)]
    [InlineData("resnet50.a1_in1k", 235, Interpolation.Bicubic)]
    [InlineData("resnet18d.ra2_in1k", 256, Interpolation.Bicubic)]
    public void BuiltIn_Preprocessing_IsTheCheckpoints(string name, int resize, Interpolation interpolation)
    {
        var preprocessing = BuiltIn(name).Preprocessing;

        Assert.Equal((224, resize, interpolation), (preprocessing.InputSize, preprocessing.Resize, preprocessing.Interpolation));
    }

    /// <summary>torchvision's GoogLeNet normalises as for ImageNet, then takes that back and normalises as for TensorFlow (its <c>transform_input</c>).</summary>
    [Fact]
    public void BuiltIn_GoogLeNet_NormalisesAsTransformInputDoes()
    {
        var preprocessing = BuiltIn("googlenet.tv_in1k").Preprocessing;
        double[] mean = [0.485, 0.456, 0.406], std = [0.229, 0.224, 0.225];
        for (var channel = 0; channel < mean.Length; channel++)
        {
            for (var pixel = 0; pixel <= byte.MaxValue; pixel++)
            {
                var imageNet = ((pixel / 255.0) - mean[channel]) / std[channel];
                var transformed = (imageNet * (std[channel] / 0.5)) + ((mean[channel] - 0.5) / 0.5);
                Assert.Equal(transformed, ((pixel * preprocessing.Scale) - preprocessing.Mean[channel]) / preprocessing.Std[channel], 1e-12);
            }
        }
    }

    [Fact]
    public void Read_ExampleOfTheDocument_GivesAllOfIt()
    {
        var weights = Assert.Single(Read(Complete));

        Assert.Equal(
            ("birds", "resnet18", "https://models.example/birds.safetensors", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "44.7 MiB", "CC-BY-4.0"),
            (weights.Name, weights.Architecture.Name, weights.Url.AbsoluteUri, weights.Sha256, weights.Size?.Text, weights.Licence));
        Assert.Equal([new("wren"), new("robin", "n01558993")], weights.Labels);
        Assert.Equal(235, weights.Preprocessing.Resize);
        Assert.Equal(new(0.91, 0.99, "800 photographs of birds", "https://models.example/birds.html"), weights.Accuracy);
        Assert.Equal("birds-9f86d081.safetensors", weights.FileName);
    }

    [Fact]
    public void Read_WithoutSizeAndAccuracy_IsComplete()
    {
        var weights = Assert.Single(Read(OptionalFields().Replace(Complete, "")));

        Assert.Null(weights.Size);
        Assert.Null(weights.Accuracy);
    }

    [Fact]
    public void Document_Listing_IsThatOfTheCommand()
    {
        var listing = new StringWriter { NewLine = "\n" };
        CatalogueListing.Write(listing, WeightCatalogue.BuiltIn);

        Assert.Contains($"```\n{listing}```", Document, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"schemaVersion\": 1", "\"schemaVersion\": 2", "schemaVersion = 2 is not supported; this build reads schemaVersion 1")]
    [InlineData("\"birds\"", "\"../birds\"", "weights[0].name = \"../birds\" must be fit for a model's folder: at most 100 letters, digits, '-', '_' and '.', beginning with a letter or a digit, not ending in '.part'")]
    [InlineData("\"birds\"", "\"birds.part\"", "weights[0].name = \"birds.part\" must be fit for a model's folder: at most 100 letters, digits, '-', '_' and '.', beginning with a letter or a digit, not ending in '.part'")]
    [InlineData("resnet18", "resnet19", "weights[0].architecture = \"resnet19\" is no network of 'resnet list'")]
    [InlineData("https://", "http://", "weights[0].url = \"http://models.example/birds.safetensors\" must be an address that begins with https://")]
    [InlineData("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "9F86D081", "weights[0].sha256 = \"9F86D081\" must be 8 to 64 lower-case hexadecimal digits")]
    [InlineData("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "9f86d08", "weights[0].sha256 = \"9f86d08\" must be 8 to 64 lower-case hexadecimal digits")]
    [InlineData("\"licence\"", "\"license\"", "weights[0].license = \"CC-BY-4.0\" is not a known field; did you mean \"licence\"?")]
    [InlineData("[{\"name\": \"wren\"}, {\"name\": \"robin\", \"id\": \"n01558993\"}]", "\"birds\"", "weights[0].labels = \"birds\" must be \"imagenet\", \"cifar10\", or a list of {\"name\": …} in class order")]
    [InlineData("44.7 MiB", "5 GB", "weights[0].size = \"5 GB\" must be a size such as \"97.79 MiB\", \"102 MB\" or \"1048576 bytes\"")]
    [InlineData("0.91", "0.995", "weights[0].accuracy.top5 = 0.99 must not be below top1: the best class is one of the best five")]
    [InlineData("\"std\": [0.5, 0.5, 0.5]", "\"std\": [0.5, 0.5, 0]", "weights[0].preprocessing.std[2] = 0 must be above 0")]
    public void Read_Mistake_IsNamedWithItsPlace(string right, string wrong, string fault)
    {
        var exception = Assert.Throws<ManifestException>(() => Read(Complete.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.Contains("own.json: " + fault, exception.Message.Split(Environment.NewLine));
    }

    [Fact]
    public void Read_SeveralMistakes_AreNamedTogether()
    {
        var second = Complete[(Complete.IndexOf('[', StringComparison.Ordinal) + 1)..Complete.LastIndexOf(']')].Replace("resnet18", "resnet19", StringComparison.Ordinal);
        var text = Complete.Insert(Complete.LastIndexOf(']'), "," + second);

        var exception = Assert.Throws<ManifestException>(() => Read(text));

        Assert.Equal(["weights[1].name", "weights[1].architecture"], exception.Faults.Select(fault => fault.Field));
    }

    private static IReadOnlyList<PublishedWeights> Read(string text) => WeightCatalogueReader.Read(Encoding.UTF8.GetBytes(text), "own.json");

    [GeneratedRegex("```json\n(\\{\\s+\"schemaVersion\": 1,\\s+\"weights\".*?)```", RegexOptions.Singleline)]
    private static partial Regex CatalogueFence();

    [GeneratedRegex(",\\s+\"(size|accuracy)\": (\"[^\"]*\"|\\{[^}]*\\})")]
    private static partial Regex OptionalFields();

    [GeneratedRegex("-([0-9a-f]{8})[.]pth$")]
    private static partial Regex TorchvisionDigest();
}
