using System.Runtime.Versioning;
using System.Text.Json;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Tests.Classification.Server;
using ResNetService.Modeling.Tests.Training;

namespace ResNetService.Modeling.Tests.Commands;

/// <summary><c>resnet classify</c> as a user meets it, in this process and against a server that misbehaves.</summary>
public sealed class ClassifyCommandTests : IDisposable
{
    private static readonly string Shipped = Path.Combine(Repository.Root, "models", "resnet20-cifar10", "1");

    private readonly TemporaryFolder _folder = new();

    private string Photos => Path.Combine(_folder.Path, "photos");

    private string Results => Path.Combine(_folder.Path, "results.csv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Classify_Folder_WritesARowForEachImageAndThenPassesOverThem()
    {
        AddPhotos("cat.jpg", "more/cat, \"2\".jpg", "more/notes.txt");
        _folder.Write("photos/more/broken.png", [1, 2, 3]);

        var (code, output, error) = await Run("classify", Shipped, Photos, "--output", Results, "--top-k", "2");

        Assert.Equal(1, code);
        Assert.StartsWith($"{Results}: 3 files classified by resnet20-cifar10:1 (cpu, fp32), ", output, StringComparison.Ordinal);
        Assert.Equal("resnet: 1 of 3 files has no answer; the same command tries them again" + Environment.NewLine, error);
        var rows = await File.ReadAllLinesAsync(Results, TestContext.Current.CancellationToken);
        Assert.Equal("name,model,width,height,error,index_1,label_1,probability_1,index_2,label_2,probability_2", rows[0]);
        Assert.StartsWith("photos/cat.jpg,resnet20-cifar10:1,451,300,,3,cat,0.98", rows[1], StringComparison.Ordinal);
        Assert.StartsWith("photos/more/broken.png,resnet20-cifar10:1,0,0,\"The image is in no accepted format; ", rows[2], StringComparison.Ordinal);
        Assert.StartsWith("\"photos/more/cat, \"\"2\"\".jpg\",resnet20-cifar10:1,451,300,,3,cat,0.98", rows[3], StringComparison.Ordinal);
        Assert.Equal(4, rows.Length);

        AddPhotos("more/broken.png");
        var (again, resumed, _) = await Run("classify", Shipped, Photos, "--output", Results, "--top-k", "2");
        Assert.Equal(0, again);
        Assert.StartsWith($"{Results}: passing over 2 of 3 files, which it has answers of{Environment.NewLine}{Results}: 1 file classified by ", resumed, StringComparison.Ordinal);
        Assert.StartsWith("photos/more/broken.png,resnet20-cifar10:1,451,300,,3,cat,", (await File.ReadAllLinesAsync(Results, TestContext.Current.CancellationToken))[3], StringComparison.Ordinal);

        var (nothingLeft, all, _) = await Run("classify", Shipped, Photos, "--output", Results, "--top-k", "2");
        Assert.Equal((0, $"{Results}: passing over 3 of 3 files, which it has answers of{Environment.NewLine}"), (nothingLeft, all));
    }

    [Theory]
    [InlineData("results.csv")]
    [InlineData("elsewhere/results.jsonl")]
    public async Task Classify_FoldersWithFilesOfTheSameName_AreEachAnsweredInOneFile(string output)
    {
        AddPhotos("a/001.jpg", "b/001.jpg");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "elsewhere"));
        var results = Path.Combine(_folder.Path, output);

        await Run("classify", Shipped, Path.Combine(Photos, "a"), "--output", results, "--top-k", "1");
        var (_, second, _) = await Run("classify", Shipped, Path.Combine(Photos, "b"), "--output", results, "--top-k", "1");
        var (_, both, _) = await Run("classify", Shipped, Photos, "--output", results, "--top-k", "1");

        Assert.StartsWith($"{results}: 1 file classified by ", second, StringComparison.Ordinal);
        Assert.Equal($"{results}: passing over 2 of 2 files, which it has answers of{Environment.NewLine}", both);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Classify_FolderThatMayNotBeRead_IsAnErrorBesideTheAnswersOfTheRest()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "whoever runs this may read every folder, or rights are others");
        AddPhotos("a.jpg", "closed/b.jpg", "open/c.jpg");
        var closed = Path.Combine(Photos, "closed");
        File.SetUnixFileMode(closed, UnixFileMode.None);
        try
        {
            var (code, _, _) = await Run("classify", Shipped, Photos, "--output", Results, "--top-k", "1");

            Assert.Equal(1, code);
            var rows = (await File.ReadAllLinesAsync(Results, TestContext.Current.CancellationToken)).Select(row => row.Split(',')).ToArray();
            Assert.Equal(["name", "photos/a.jpg", "photos/closed", "photos/open/c.jpg"], rows.Select(row => row[0]));
            Assert.Equal([false, true, false], rows[1..].Select(row => row[4].Contains("The folder cannot be read: ", StringComparison.Ordinal)));
        }
        finally
        {
            File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Larger than any array: whoever reads it has another error.</summary>
    [Fact]
    public async Task Classify_FileAboveTheLimitOfTheDecoder_IsRefusedUnread()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files have all their bytes on the disk there");
        AddPhotos("a.jpg");
        await using (var large = File.Create(Path.Combine(Photos, "large.tif")))
            large.SetLength(3_000_000_000);

        var (code, _, error) = await Run("classify", Shipped, Photos, "--top-k", "1");

        Assert.Equal(1, code);
        Assert.Contains("large.tif: The file has 3,000,000,000 bytes; the limit is 20,000,000.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_EveryFormatOnStandardOutput_HasTheSameAnswer()
    {
        AddPhotos("cat.jpg");

        var (_, text, _) = await Run("classify", Shipped, Photos, "--top-k", "1");
        var (_, csv, _) = await Run("classify", Shipped, Photos, "--top-k", "1", "--format", "csv");
        var (_, lines, _) = await Run("classify", Shipped, Photos, "--top-k", "1", "--format", "jsonl");
        var (_, array, _) = await Run("classify", Shipped, Photos, "--top-k", "1", "--json");

        Assert.Matches(@"^\S+/photos/cat\.jpg\s+   98\.68 %  cat \(3\)\s+$", text);
        Assert.Contains("/photos/cat.jpg,resnet20-cifar10:1,451,300,,3,cat,0.98", csv, StringComparison.Ordinal);
        Assert.Equal($"[{lines.TrimEnd()}]", array.TrimEnd());
        using var json = JsonDocument.Parse(lines);
        Assert.Equal(["name", "model", "width", "height", "predictions", "error"], json.RootElement.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task Classify_ManyFiles_AreAllAnsweredInOrderWithMoreUnderWayThanABatchHolds()
    {
        for (var i = 0; i < 300; i++)
            _folder.Write($"photos/{i:D3}.png", TinyImage.Png(8, 8, (byte)i, 0, 0));

        var (code, output, error) = await Run("classify", Shipped, Photos, "--format", "csv", "--top-k", "1", "--concurrency", "512");

        Assert.True(code == 0, error);
        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i:D3}.png"), output.Split('\n')[1..^1].Select(row => Path.GetFileName(row.Split(',')[0])));
    }

    [Fact]
    public async Task Classify_FolderWithoutImages_SaysWhatWouldBeOne()
    {
        _folder.Write("photos/notes.txt");

        foreach (var more in new string[][] { [], ["--output", Results] })
        {
            var (code, _, error) = await Run(["classify", Shipped, Photos, .. more]);

            Assert.Equal(1, code);
            Assert.StartsWith("resnet: there is no image in what was named; in a folder, files named .jpg, .jpeg, ", error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("classify photos", "name image files or folders after the model's directory, or a service with --server")]
    [InlineData("classify m photos --model x", "--model names a model of a service; without --server the first argument is the model's directory")]
    [InlineData("classify m photos --output x.txt", "--output is 'x.txt', whose name does not say the format; say --format csv or jsonl")]
    [InlineData("classify m photos --output x.csv --json", "--json and --output exclude each other; rows of JSON are --format jsonl")]
    [InlineData("classify m photos --format csv --json", "--json and --format exclude each other; rows of JSON are --format jsonl")]
    [InlineData("classify m photos --format xml", "'xml' not recognized. Must be one of:")]
    [InlineData("classify m photos --concurrency 0", "--concurrency is '0'; it must be a whole number from 1 to 512")]
    [InlineData("classify photos --server localhost:8080", "--server is 'localhost:8080'; it must be an address such as http://localhost:8080")]
    public async Task Classify_WrongUsage_SaysWhatWouldBeRight(string arguments, string message)
    {
        var (code, _, error) = await Run(arguments.Split(' '));

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_TopKAboveTheClasses_NamesTheirNumber()
    {
        var (code, _, error) = await Run("classify", Shipped, Photos, "--top-k", "11");

        Assert.Equal((1, $"resnet: --top-k is 11; it must be 1 to 10, the number of classes of resnet20-cifar10:1{Environment.NewLine}"), (code, error));
    }

    [Fact]
    public async Task Classify_ServiceThatEndsMidway_KeepsTheAnswersAndSaysHowToGoOn()
    {
        AddPhotos("a.jpg", "b.jpg", "c.jpg");
        await using (var service = await ScriptedService.StartAsync(ScriptedService.Answer, ScriptedService.Problem(404, "unknown-model", "There is no model 'color:2'.")))
        {
            var (code, _, error) = await Run("classify", "--server", service.Address.AbsoluteUri, Photos, "--output", Results, "--top-k", "1", "--concurrency", "1");

            Assert.Equal(1, code);
            Assert.Equal(
                $"{Results}: 1 of 3 files are done; the same command goes on from there{Environment.NewLine}resnet: {service.Address} answered 404 (Not Found): There is no model 'color:2'.{Environment.NewLine}",
                error);
        }

        await using var repaired = await ScriptedService.StartAsync(ScriptedService.Answer);
        var (resumed, output, _) = await Run("classify", "--server", repaired.Address.AbsoluteUri, Photos, "--output", Results, "--top-k", "1");

        Assert.Equal(0, resumed);
        Assert.StartsWith($"{Results}: passing over 1 of 3 files", output, StringComparison.Ordinal);
        Assert.Equal(2, repaired.Classifications);
        Assert.Equal(["name", "photos/a.jpg", "photos/b.jpg", "photos/c.jpg"], (await File.ReadAllLinesAsync(Results, TestContext.Current.CancellationToken)).Select(row => row.Split(',')[0]));
    }

    [Fact]
    public async Task Classify_CtrlC_KeepsEveryAnswer()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sends a signal");
        AddPhotos("a.jpg", "b.jpg", "c.jpg");
        var silent = new TaskCompletionSource();
        await using var service = await ScriptedService.StartAsync(ScriptedService.Answer, context =>
        {
            silent.TrySetResult();
            return ScriptedService.Silence(context);
        });
        using var process = new ResNetProcess("classify", "--server", service.Address.AbsoluteUri, Photos, "--output", Results, "--top-k", "1", "--concurrency", "1");
        await silent.Task.WaitAsync(TestContext.Current.CancellationToken);

        await process.InterruptAsync();

        Assert.Equal(ExitCode.Interrupted, await process.ExitCodeAsync());
        var error = await process.Error.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.EndsWith($"{Results}: 1 of 3 files are done; the same command goes on from there{Environment.NewLine}resnet: interrupted{Environment.NewLine}", error, StringComparison.Ordinal);
        Assert.Equal(["name", "photos/a.jpg"], (await File.ReadAllLinesAsync(Results, TestContext.Current.CancellationToken)).Select(row => row.Split(',')[0]));
    }

    private void AddPhotos(params string[] names)
    {
        foreach (var name in names)
            _folder.Write($"photos/{name}", File.ReadAllBytes(Path.Combine(Repository.Root, "samples", "cat.jpg")));
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await ResNetCommand.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
