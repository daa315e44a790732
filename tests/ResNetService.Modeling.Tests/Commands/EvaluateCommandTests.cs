using System.Text.Json;
using System.Xml.Linq;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Tests.Training;
using SkiaSharp;

namespace ResNetService.Modeling.Tests.Commands;

/// <summary><c>resnet evaluate</c> as a user meets it: reports, comparisons, and what it refuses.</summary>
public sealed class EvaluateCommandTests : IDisposable
{
    private static readonly string Shipped = Path.Combine(Repository.Root, "models", "resnet20-cifar10", "1");
    private static readonly string[] ReportFiles =
        ["classes.csv", "confusion.csv", "confusion.png", "confusion.svg", "images.csv", "reliability.png", "reliability.svg", "report.json", "summary.csv"];

    private readonly TemporaryFolder _folder = new();

    private string Images => Path.Combine(_folder.Path, "images");

    private string Report => Path.Combine(_folder.Path, "reports", "one");

    public EvaluateCommandTests()
    {
        foreach (var (file, image) in new[] { ("cat/a.jpg", "cat.jpg"), ("cat/b, \"c\".jpg", "cat.jpg"), ("dog/d.jpg", "cat.jpg") })
            _folder.Write(Path.Combine("images", file), File.ReadAllBytes(Path.Combine(Repository.Root, "samples", image)));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Evaluate_WithReport_WritesEveryFile()
    {
        var (code, output, error) = await Run("evaluate", Shipped, "--images", Images, "--report", Report);

        Assert.True(code == 0, error);
        Assert.StartsWith("3 images, one-crop: top-1 2 (66.67 %), top-5 3 (100.00 %), loss ", output, StringComparison.Ordinal);
        Assert.Equal(ReportFiles, Directory.GetFiles(Report).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["actual_index,actual,3 cat,5 dog", "3,cat,2,0", "5,dog,1,0"],
            File.ReadAllLines(Path.Combine(Report, "confusion.csv")));
        Assert.Equal(
            ["index,name,id,images,top1_correct,top5_correct,predicted,top1,top5,precision", "3,cat,,2,2,2,3,1,1,0.6666666666666666", "5,dog,,1,0,1,0,0,1,"],
            File.ReadAllLines(Path.Combine(Report, "classes.csv")));

        var images = File.ReadAllLines(Path.Combine(Report, "images.csv"));
        Assert.StartsWith("file,class_index,class,class_probability,index_1,class_1,probability_1,index_2,", images[0], StringComparison.Ordinal);
        Assert.StartsWith($"{Path.Combine(Images, "cat", "a.jpg")},3,cat,0.98", images[1], StringComparison.Ordinal);
        Assert.StartsWith($"\"{Path.Combine(Images, "cat", "b, \"\"c\"\".jpg")}\",3,cat,0.98", images[2], StringComparison.Ordinal);
        Assert.Contains(",5,dog,0.00942", images[3], StringComparison.Ordinal);
        Assert.Contains(",3,cat,0.98", images[3], StringComparison.Ordinal);
        Assert.Equal(4, images.Length);
    }

    [Fact]
    public async Task Evaluate_WithReport_DrawsNamedClassesAndTheError()
    {
        await Run("evaluate", Shipped, "--images", Images, "--report", Report);

        Assert.Superset(new HashSet<string> { "cat", "dog", "2", "1", "predicted class", "actual class" }, Texts("confusion.svg"));
        Assert.Contains(Texts("reliability.svg"), text => text.StartsWith("Reliability: expected calibration error ", StringComparison.Ordinal));
        Assert.All(["confusion.png", "reliability.png"], file =>
        {
            using var image = SKBitmap.Decode(Path.Combine(Report, file));
            Assert.InRange(image.Width, 400, 1200);
        });
    }

    [Fact]
    public async Task Evaluate_ReportThatIsThere_IsKeptUnlessForced()
    {
        await Run("evaluate", Shipped, "--images", Images, "--report", Report);
        _folder.Write("other/notes.txt");

        var (refused, _, error) = await Run("evaluate", Shipped, "--images", Images, "--report", Report);
        var (forced, _, _) = await Run("evaluate", Shipped, "--images", Images, "--report", Report, "--force", "--limit", "1");
        var (foreign, _, why) = await Run("evaluate", Shipped, "--images", Images, "--report", Path.Combine(_folder.Path, "other"), "--force");

        Assert.Equal((1, 0, 1), (refused, forced, foreign));
        Assert.Contains("not empty", error, StringComparison.Ordinal);
        Assert.Contains("holds no summary.csv", why, StringComparison.Ordinal);
        Assert.Equal(2, File.ReadAllLines(Path.Combine(Report, "images.csv")).Length);
    }

    [Fact]
    public async Task Evaluate_ImageThatCannotBeDecoded_LeavesNoReport()
    {
        _folder.Write("images/dog/e.jpg", [1, 2, 3]);

        var (code, _, error) = await Run("evaluate", Shipped, "--images", Images, "--report", Report);

        Assert.Equal(1, code);
        Assert.Contains("e.jpg: The image is in no accepted format", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(Report)));
    }

    [Fact]
    public async Task Evaluate_TenCrop_NamesItsViews()
    {
        var (code, output, _) = await Run("evaluate", Shipped, "--images", Images, "--views", "ten-crop", "--json");

        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        Assert.Equal("ten-crop", json.RootElement.GetProperty("views").GetString());
        Assert.Equal(3, json.RootElement.GetProperty("images").GetInt32());
    }

    [Fact]
    public async Task Evaluate_SeveralModels_ComparesThemBesideThePublishedErrors()
    {
        var other = Path.Combine(_folder.Path, "elsewhere", "2");
        _folder.Write("elsewhere/2/model.onnx", File.ReadAllBytes(Path.Combine(Shipped, "model.onnx")));
        _folder.Write("elsewhere/2/manifest.json", [.. System.Text.Encoding.UTF8.GetBytes(
            File.ReadAllText(Path.Combine(Shipped, "manifest.json")).Replace("\"resnet20-cifar\"", "\"my own\"", StringComparison.Ordinal))]);

        var (code, output, _) = await Run("evaluate", Shipped, other, "--images", Images, "--report", Report);

        Assert.Equal(0, code);
        var lines = output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^model +layers +parameters +top-1 error, % +top-5 error, % +ECE, % +images/s +published top-1, % +published top-5, %$", lines[0]);
        Assert.Matches($"^{Shipped} +20 +269,722 +33.33 +0.00 +[0-9.]+ +[0-9.,]+ +8.75 +-$", lines[1]);
        Assert.Matches($"^{other} +- +- +33.33 +0.00 +[0-9.]+ +[0-9.,]+ +- +-$", lines[2]);
        Assert.Equal("published of resnet20-cifar: table 6", lines[3]);

        Assert.Equal(["elsewhere-2", "resnet20-cifar10-1", "summary.csv"], Directory.GetFileSystemEntries(Report).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(ReportFiles[..^1], Directory.GetFiles(Path.Combine(Report, "elsewhere-2")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(3, File.ReadAllLines(Path.Combine(Report, "summary.csv")).Length);
    }

    [Fact]
    public async Task Evaluate_SeveralModelsWithFaults_ListsThemAllBeforeAnyIsMeasured()
    {
        var (code, output, error) = await Run("evaluate", Shipped, "nowhere", "nowhere-else", "--images", Images, "--views", "multi-scale");

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("made for images of 32; use --views one-crop or ten-crop", error, StringComparison.Ordinal);
        Assert.Contains("There is no directory nowhere;", error, StringComparison.Ordinal);
        Assert.Contains("There is no directory nowhere-else;", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_ModelsThatWouldShareAFolder_AreNamed()
    {
        var (code, _, error) = await Run("evaluate", Shipped, Shipped, "--images", Images, "--report", Report);

        Assert.Equal(1, code);
        Assert.Contains("would both be reported in the folder resnet20-cifar10-1", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--views is 'five-crop'; it must be one-crop, ten-crop, multi-scale", "--views", "five-crop")]
    [InlineData("--record states what the service answers, which is --views one-crop", "--views", "ten-crop", "--record", "x")]
    public async Task Evaluate_WrongCalls_SayWhatIsWrong(string message, params string[] options)
    {
        var (code, _, error) = await Run(["evaluate", Shipped, "--images", Images, .. options]);

        Assert.Equal(2, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    private HashSet<string> Texts(string file) =>
        [.. XDocument.Load(Path.Combine(Report, file)).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value.Trim())];

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await ResNetCommand.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
