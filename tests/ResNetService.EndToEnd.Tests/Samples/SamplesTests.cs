using System.Globalization;
using System.Text.RegularExpressions;
using ResNetService.EndToEnd.Tests.Readme;

namespace ResNetService.EndToEnd.Tests.Samples;

/// <summary>The commands of samples/README.md, as they stand there, against the service and against one that is busy.</summary>
public sealed partial class SamplesTests(ServiceFixture service, KeyedServiceFixture keyed) : IClassFixture<ServiceFixture>, IClassFixture<KeyedServiceFixture>
{
    private const string Photographs = "samples/cat.jpg samples/coffee.jpg";
    private const string InProcess = "csharp-inprocess";

    private static readonly string[] Commands = ReadmeDocument.Read("samples").Commands("Samples");

    /// <summary>One for each folder of samples.</summary>
    public static TheoryData<string> All => [.. Directory.GetDirectories(Path.Combine(Repository.Root, "samples")).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Clients => [.. All.Select(sample => sample.Data).Where(sample => sample != InProcess)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Sample_TwoPhotographs_PrintsTheBestClassesOfEach(string sample)
    {
        var (code, output, error) = await RunAsync(sample, Photographs, service.Address);

        Assert.True(code == 0, error);
        Assert.Matches(@"(?s)cat\.jpg.*(98\.68 ?%  cat\b|""cat"",""probability"":0\.9868).*dog.*coffee\.jpg.*(89\.97 ?%  automobile|""automobile"",""probability"":0\.8996)", output);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Sample_FileThatIsNoImage_SaysWhyAndFails(string sample)
    {
        var (code, output, error) = await RunAsync(sample, "README.md", service.Address);

        Assert.Equal(1, code);
        Assert.Contains("The image is in no accepted format; accepted are JPEG", output + error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Sample_PhotographBesideOneThatIsNone_PrintsTheAnswerAndTheError(string sample)
    {
        var (_, output, error) = await RunAsync(sample, "samples/cat.jpg README.md", service.Address);

        Assert.Matches(@"98\.68 ?%  cat|""cat"",""probability"":0\.9868", output);
        Assert.Contains("The image is in no accepted format", output, StringComparison.Ordinal);
        Assert.Empty(error.Trim());
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Sample_ServiceThatAsksForAKey_IsAnsweredWithOneAlone(string sample)
    {
        var (code, output, error) = await RunAsync(sample, Photographs, keyed.Address, keyed.Key);
        var (without, _, refusal) = await RunAsync(sample, Photographs, keyed.Address);

        Assert.True(code == 0, error);
        Assert.Contains("automobile", output, StringComparison.Ordinal);
        Assert.Equal(1, without);
        Assert.Contains("This service asks who calls", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Sample_ServiceThatIsBusy_IsAskedAgainWhenItSays(string sample)
    {
        await using var busy = await BusyService.StartAsync(refusals: 1, retryAfterSeconds: 2, TestContext.Current.CancellationToken);

        var (code, output, error) = await RunAsync(sample, Photographs, busy.Address);

        Assert.True(code == 0, error);
        Assert.Contains("espresso", output, StringComparison.Ordinal);
        Assert.Equal(2, busy.Arrivals.Count);
        Assert.InRange(busy.Arrivals[1] - busy.Arrivals[0], TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(30));
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Sample_ServiceThatStaysBusy_IsGivenUp(string sample)
    {
        await using var busy = await BusyService.StartAsync(refusals: int.MaxValue, retryAfterSeconds: 1, TestContext.Current.CancellationToken);

        var (code, output, error) = await RunAsync(sample, Photographs, busy.Address);

        Assert.Equal(1, code);
        Assert.Contains(BusyService.Detail, error, StringComparison.Ordinal);
        Assert.DoesNotContain("espresso", output, StringComparison.Ordinal);
        Assert.InRange(busy.Arrivals.Count, 3, 6);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Sample_NobodyAtTheAddress_SaysWhere(string sample)
    {
        var address = new Uri($"http://localhost:{LoopbackPort.Free()}");

        var (code, _, error) = await RunAsync(sample, Photographs, address);

        Assert.Equal(1, code);
        Assert.Contains(address.Port.ToString(CultureInfo.InvariantCulture), error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Sample_FileNameOfUnusualCharacters_IsSent(string sample)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows allows no such name.");
        var folder = Directory.CreateTempSubdirectory("resnet-samples-");
        try
        {
            var file = Path.Combine(folder.FullName, "a \"b\" \\c;d,e=@<f.jpg");
            File.Copy(Path.Combine(Repository.Root, "samples", "cat.jpg"), file);

            var (code, output, error) = await RunAsync(sample, $"'{file}'", service.Address);

            Assert.True(code == 0, error);
            Assert.Contains("cat", output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(string sample, string photographs, Uri service, string key = "")
    {
        var command = Assert.Single(Commands, command => command.Split(' ').Any(word => $"{word}/".StartsWith($"samples/{sample}/", StringComparison.Ordinal)));
        Assert.Contains(Photographs, command, StringComparison.Ordinal);
        var program = command.StartsWith("samples/", StringComparison.Ordinal) ? sample : command.Split(' ')[0];
        Assert.SkipUnless(IsOnPath(program), $"needs {program}");
        return ShellCommand.RunToEndAsync(
            Built(command).Replace(Photographs, photographs, StringComparison.Ordinal),
            new Dictionary<string, string> { ["RESNET_URL"] = service.AbsoluteUri.TrimEnd('/'), ["RESNET_KEY"] = key },
            TestContext.Current.CancellationToken);
    }

    /// <summary>
    /// What <c>dotnet run</c> builds was built with these tests. In its own output folder: that of the tests lacks the libraries of ASP.NET
    /// Core's shared framework, which the tests have and the samples have not.
    /// </summary>
    private static string Built(string command) => DotnetRun().Replace(command, match =>
    {
        var project = Assert.Single(Directory.GetFiles(Path.Combine(Repository.Root, match.Groups["folder"].Value), "*.csproj"));
        var (name, configuration) = (Path.GetFileNameWithoutExtension(project), Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)));
        return $"dotnet '{Path.Combine(AppContext.BaseDirectory, "..", "..", name, configuration, name)}.dll'";
    });

    private static bool IsOnPath(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    [GeneratedRegex(@"^dotnet run -c Release --project (?<folder>\S+) --")]
    private static partial Regex DotnetRun();
}
