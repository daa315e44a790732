using System.Globalization;
using ResNetService.Modeling.Commands;

namespace ResNetService.EndToEnd.Tests.Classification;

/// <summary><c>resnet classify --server</c> against the service itself.</summary>
public sealed class ClassifyThroughServiceTests(ServiceFixture service, KeyedServiceFixture keyed) : IClassFixture<ServiceFixture>, IClassFixture<KeyedServiceFixture>, IDisposable
{
    private static readonly string Shipped = Path.Combine(Repository.Root, "models", "resnet20-cifar10", "1");

    /// <summary>In its own output folder: that of these tests has other libraries.</summary>
    private static readonly string Program =
        Path.Combine(AppContext.BaseDirectory, "..", "..", "ResNetService.Modeling", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "resnet");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("resnet-classify-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Classify_Folder_GivesTheRowsOfARunWithoutTheService()
    {
        var photos = Directory.CreateDirectory(Path.Combine(_folder.FullName, "photos", "deep, \"er\"")).Parent!.FullName;
        File.Copy(Path.Combine(Repository.Root, "samples", "cat.jpg"), Path.Combine(photos, "cat.jpg"));
        File.Copy(Path.Combine(Repository.Root, "samples", "coffee.jpg"), Path.Combine(photos, "deep, \"er\"", "coffee.jpg"));
        await File.WriteAllTextAsync(Path.Combine(photos, "broken.png"), "no image", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(photos, "empty.png"), "", TestContext.Current.CancellationToken);

        var (remote, ofService, _) = await Run("classify", "--server", service.Address.AbsoluteUri, photos, "--format", "csv");
        var (local, ofThisProcess, _) = await Run("classify", Shipped, photos, "--format", "csv");

        Assert.Equal((1, 1), (remote, local));
        var (one, other) = (Fields(ofService), Fields(ofThisProcess));
        Assert.Equal(one.Select(Shown), other.Select(Shown));
        Assert.Contains("deep", ofService, StringComparison.Ordinal);
        Assert.Contains("empty.png,resnet20-cifar10:1,0,0,\"The file is empty, or no regular file.\",", ofService, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_UnknownModel_IsOneSentence()
    {
        var (code, output, error) = await Run("classify", "--server", service.Address.AbsoluteUri, Photo(), "--model", "resnet51");

        Assert.Equal(
            (1, "", $"resnet: {service.Address} answered 404 (Not Found): There is no model 'resnet51'; known are resnet20-cifar10:1.{Environment.NewLine}"),
            (code, output, error));
    }

    [Fact]
    public async Task Classify_TopKAboveTheClasses_IsRefusedBeforeAnyImageIsSent()
    {
        var (code, _, error) = await Run("classify", "--server", service.Address.AbsoluteUri, Photo(), "--top-k", "11");

        Assert.Equal((1, $"resnet: --top-k is 11; it must be 1 to 10, the number of classes of resnet20-cifar10:1{Environment.NewLine}"), (code, error));
    }

    /// <summary>In a process of its own, which has an environment of its own.</summary>
    [Fact]
    public async Task Classify_ServiceThatAsksForAKey_IsSentThatOfTheEnvironment()
    {
        var command = $"'{Program}' classify --server {keyed.Address} '{Photo()}' --top-k 1 --format csv";

        var (code, output, error) = await RunAsync(keyed.Key);
        var (without, _, refusal) = await RunAsync("");
        var (nonsense, _, fault) = await RunAsync("a key");

        Assert.True(code == 0, error);
        Assert.Contains(",cat,", output, StringComparison.Ordinal);
        Assert.Equal((1, 1), (without, nonsense));
        Assert.Contains("answered 401 (Unauthorized): This service asks who calls", refusal, StringComparison.Ordinal);
        Assert.StartsWith("resnet: RESNET_KEY is no key of a service, and no token", fault, StringComparison.Ordinal);

        Task<(int Code, string Output, string Error)> RunAsync(string key) =>
            ShellCommand.RunToEndAsync(command, new Dictionary<string, string> { ["RESNET_KEY"] = key }, TestContext.Current.CancellationToken);
    }

    /// <summary>A queue of one image, and six that come at once: all but one are refused at first.</summary>
    [Fact]
    public async Task Classify_ServiceWithAFullQueue_AnswersAllInTheEnd()
    {
        using var narrow = await RunningService.StartAsync(RunningService.BuiltCommand, new() { ["Batching__QueueCapacity"] = "1" }, TestContext.Current.CancellationToken);
        var photos = _folder.CreateSubdirectory("many").FullName;
        for (var i = 0; i < 6; i++)
            File.Copy(Photo(), Path.Combine(photos, $"{i}.jpg"));
        var results = Path.Combine(_folder.FullName, "results.jsonl");

        var (code, output, error) = await Run("classify", "--server", narrow.Address.AbsoluteUri, photos, "--output", results, "--top-k", "1", "--concurrency", "6");

        Assert.True(code == 0, error);
        Assert.Contains("6 files classified by resnet20-cifar10:1 (cpu, fp32)", output, StringComparison.Ordinal);
        var rows = await File.ReadAllLinesAsync(results, TestContext.Current.CancellationToken);
        Assert.All(rows, row => Assert.Contains("\"label\":\"cat\"", row, StringComparison.Ordinal));
        Assert.Equal(6, rows.Length);
    }

    private static string Photo() => Path.Combine(Repository.Root, "samples", "cat.jpg");

    private static string[][] Fields(string csv) => [.. Modeling.Tables.Csv.Records(new StringReader(csv))];

    /// <summary>Probabilities to six digits: the two need not share the sizes of batches.</summary>
    private static string Shown(string[] row) => string.Join('|', row.Select(field =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number.ToString("F6", CultureInfo.InvariantCulture) : field));

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await ResNetCommand.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
