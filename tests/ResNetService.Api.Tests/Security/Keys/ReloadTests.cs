using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ResNetService.Api.Security;
using ResNetService.Api.Security.Keys;

namespace ResNetService.Api.Tests.Security.Keys;

/// <summary>Keys are replaced while the service runs.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keys");
    private readonly FakeTimeProvider _time = new();
    private readonly (string Old, string New) _key = (KeyText.Make(), KeyText.Make());

    private string File => Path.Combine(_folder.FullName, "keys.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task KeysFile_ThatChanges_ReplacesTheKeys()
    {
        Write(Callers.File("a", _key.Old, "classify"));
        using var host = Host();
        Assert.Equal((200, 401), (await StatusAsync(host, _key.Old), await StatusAsync(host, _key.New)));

        Write(Callers.File("a", _key.New, "classify"));

        await BecomesAsync(host, _key.New, 200);
        Assert.Equal(401, await StatusAsync(host, _key.Old));
    }

    /// <summary>As Kubernetes changes a mounted secret: the file stays a link to a link, which is replaced.</summary>
    [Fact]
    public async Task KeysFile_BehindALinkThatIsReplaced_ReplacesTheKeys()
    {
        foreach (var (folder, key) in new[] { ("1", _key.Old), ("2", _key.New) })
        {
            _folder.CreateSubdirectory(folder);
            await System.IO.File.WriteAllTextAsync(Path.Combine(_folder.FullName, folder, "keys.json"), Callers.File("a", key, "classify"), TestContext.Current.CancellationToken);
        }

        var data = Path.Combine(_folder.FullName, "data");
        Directory.CreateSymbolicLink(data, "1");
        System.IO.File.CreateSymbolicLink(File, Path.Combine("data", "keys.json"));
        using var host = Host();
        Assert.Equal(200, await StatusAsync(host, _key.Old));

        Directory.Delete(data);
        Directory.CreateSymbolicLink(data, "2");

        await BecomesAsync(host, _key.New, 200);
        Assert.Equal(401, await StatusAsync(host, _key.Old));
    }

    [Theory]
    [InlineData("{ half")]
    [InlineData("{}")]
    [InlineData("""{"a":{"Hash":"x","Scopes":"classify"}}""")]
    [InlineData("""{"a":{"Hash":"x","Scope":"classify"}}""")]
    [InlineData(null)]
    public async Task KeysFile_ThatIsWrongOrEmptyOrGone_LeavesTheKeysAsTheyAre(string? text)
    {
        Write(Callers.File("a", _key.Old, "classify"));
        using var host = Host();
        Assert.Equal(200, await StatusAsync(host, _key.Old));

        if (text is null)
            System.IO.File.Delete(File);
        else
            Write(text);
        for (var i = 0; i < 20; i++)
        {
            _time.Advance(ApiKeys.Interval);
            Assert.Equal((200, 401), (await StatusAsync(host, _key.Old), await StatusAsync(host, "")));
        }

        // It has looked, and looks on.
        Write(Callers.File("a", _key.New, "classify"));
        await BecomesAsync(host, _key.New, 200);
    }

    /// <summary>Whatever reading them throws, and not only what they are known to throw.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Options_ThatCannotBeReadForAWhile_LeaveTheKeysAndTheServiceAsTheyAre()
    {
        Write(Callers.File("a", _key.Old, "classify"));
        var faults = new ReadFaults();
        using var host = new ServiceHost(
            new() { ["Security:KeysFile"] = File }, services => services.AddSingleton<TimeProvider>(_time).AddSingleton<IConfigureOptions<SecurityOptions>>(faults));
        Assert.Equal(200, await StatusAsync(host, _key.Old));

        faults.Throws = true;
        Write(Callers.File("a", _key.New, "classify"));
        while (faults.Thrown == 0)
        {
            _time.Advance(ApiKeys.Interval);
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Equal((200, 401), (await StatusAsync(host, _key.Old), await StatusAsync(host, _key.New)));
        faults.Throws = false;
        Write(Callers.File("b", _key.New, "classify"));
        await BecomesAsync(host, _key.New, 200);
        Assert.Equal(1, faults.Thrown);
    }

    [Fact]
    public async Task Appsettings_ThatChange_ReplaceTheKeys_AndWhatIsWrongInThemIsLogged()
    {
        using var models = TinyModelRepository.WithColor();
        var settings = Path.Combine(_folder.FullName, "appsettings.json");
        await WriteAsync(Callers.File("a", _key.Old, "classify"));
        using var service = new ServiceProcess($"--contentRoot={_folder.FullName}", $"--Models:Path={models.Path}", "--urls=http://127.0.0.1:0");
        var line = await service.LineAsync(line => line.Contains("Now listening on", StringComparison.Ordinal));
        using var client = new HttpClient { BaseAddress = new Uri(line[line.IndexOf("http://", StringComparison.Ordinal)..].Split('"', ' ')[0]) };
        await service.LineAsync(line => line.Contains("Application started", StringComparison.Ordinal));
        Assert.Equal(200, await StatusAsync(client, _key.Old));

        await WriteAsync("""{"a":{"Hash":"wrong","Scopes":"classify"}}""");
        Assert.Contains("Security:Keys:a:Hash is no hash of a key", await service.LineAsync(line => line.Contains("ERR]", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(200, await StatusAsync(client, _key.Old));
        await System.IO.File.WriteAllTextAsync(settings, "{ half", TestContext.Current.CancellationToken);
        Assert.Contains(settings, await service.LineAsync(line => line.Contains("ERR]", StringComparison.Ordinal) && !line.Contains("Security:Keys", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal((200, 401), (await StatusAsync(client, _key.Old), await StatusAsync(client, "")));
        await WriteAsync(Callers.File("a", _key.New, "classify"));
        await service.LineAsync(line => line.Contains("The keys have changed: 1 are valid", StringComparison.Ordinal));

        Assert.Equal((401, 200), (await StatusAsync(client, _key.Old), await StatusAsync(client, _key.New)));

        Task WriteAsync(string keys) => System.IO.File.WriteAllTextAsync(settings, $$"""{ "Security": { "Keys": {{keys}} } }""", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Keys_ThatAreWrong_KeepTheServiceFromStarting_AllNamedAndNoneRepeated()
    {
        Write("""{"file":{"Hash":"S3cret","Scopes":"classify"}}""");
        using var service = new ServiceProcess(
            "--Security:Keys:one:Hash=S3cret", "--Security:Keys:one:Scopes=classify", "--Security:Keys:two:Scopes=everything", $"--Security:KeysFile={File}", "--Security:Proxies:0=proxy");

        var (exitCode, errors, output) = await service.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.All(
            ["Security:Keys:one:Hash is no hash of a key", "Security:Keys:two:Hash is missing", "Security:Keys:two:Scopes is 'everything'", $"{File}:file:Hash is no hash", "Security:Proxies has 'proxy'"],
            words => Assert.Contains(words, errors, StringComparison.Ordinal));
        Assert.DoesNotContain("S3cret", errors + output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    private sealed class ReadFaults : IConfigureOptions<SecurityOptions>
    {
        public volatile bool Throws;

        public volatile int Thrown;

        public void Configure(SecurityOptions options)
        {
            if (!Throws)
                return;
            Thrown++;
            throw new TimeoutException("The disk does not answer.");
        }
    }

    private void Write(string text) => System.IO.File.WriteAllText(File, text);

    private ServiceHost Host() => new(new() { ["Security:KeysFile"] = File }, services => services.AddSingleton<TimeProvider>(_time));

    private async Task BecomesAsync(ServiceHost host, string key, int status)
    {
        // The service comes to its timer when it likes: time goes on until it has looked.
        while (await StatusAsync(host, key) != status)
            _time.Advance(ApiKeys.Interval);
    }

    private static Task<int> StatusAsync(ServiceHost host, string key) => StatusAsync(host.Client, key);

    private static async Task<int> StatusAsync(HttpClient client, string key)
    {
        using var response = await client.AskAsync("GET", "/models", ("X-Api-Key", key));
        return (int)response.StatusCode;
    }
}
