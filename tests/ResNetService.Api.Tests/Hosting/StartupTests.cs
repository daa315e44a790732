using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ResNetService.Api.Hosting;

namespace ResNetService.Api.Tests.Hosting;

public sealed class StartupTests : IDisposable
{
    private readonly TinyModelRepository _models = TinyModelRepository.WithColor();

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task Options_ThatAreWrong_AreAllReportedAtOnce()
    {
        using var service = new ServiceProcess(
            $"--Models:Path={_models.Path}", "--urls=http://127.0.0.1:0",
            "--Requests:MaxBytes=0", "--Requests:MaxImages=-1", "--Shutdown:Timeout=0:0:0", "--Batching:MaxBatchSize=0", "--Imaging:MaxSide=0",
            "--Cache:Expiration=0:0:0", "--Cache:MaxBytes=5");

        var (exitCode, errors, _) = await service.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.All(["Requests:MaxBytes must be 1000 to", "Requests:MaxImages", "Shutdown:Timeout", "MaxBatchSize", "MaxSide", "Cache:Expiration must be 00:00:01 to 30.00:00:00", "Cache:MaxBytes"], name => Assert.Contains(name, errors, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BytesHeld_OfFewerThanOneRequestMayHave_AreRefusedBesideOtherFaults()
    {
        using var service = new ServiceProcess($"--Models:Path={_models.Path}", "--urls=http://127.0.0.1:0", "--Requests:MaxBytesHeld=5000", "--Imaging:MaxSide=0");

        var (exitCode, errors, _) = await service.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("Requests:MaxBytesHeld is 5000, and one request may have 64000000", errors, StringComparison.Ordinal);
        Assert.Contains("MaxSide", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Option_OfTheWrongType_IsNamed()
    {
        using var service = new ServiceProcess($"--Models:Path={_models.Path}", "--urls=http://127.0.0.1:0", "--Requests:MaxBytes=lots");

        var (exitCode, errors, _) = await service.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("'lots' at 'Requests:MaxBytes'", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:1,password=S3cret,unknown=S3cret")]
    [InlineData("redis://user:S3cret@127.0.0.1:1")]
    [InlineData("127.0.0.1:1,password=half,S3cret")]
    [InlineData("127.0.0.1:99999999,password=S3cret")]
    [InlineData("password=S3cret")]
    public async Task RedisConfiguration_ThatIsWrong_IsRefusedWithoutAWordOfIt(string redis)
    {
        using var service = new ServiceProcess($"--Models:Path={_models.Path}", "--urls=http://127.0.0.1:0", "--Cache:Enabled=true", $"--Cache:Redis={redis}");

        var (exitCode, errors, output) = await service.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("Cache:Redis has", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("S3cret", errors + output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--urls=ftp://localhost:1", "ftp://localhost:1")]
    [InlineData("--urls=nonsense", "nonsense")]
    [InlineData("--Kestrel:Endpoints:Elsewhere:Url=http://192.0.2.1:1", "cannot listen")]
    [InlineData("--Serilog:MinimumLevel:Default=Loud", "Loud")]
    public async Task Setting_OfTheFrameworkThatIsWrong_IsNamed(string argument, string detail)
    {
        using var service = new ServiceProcess($"--Models:Path={_models.Path}", argument);

        var (exitCode, errors, _) = await service.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains(detail, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("healthcheck")]
    public async Task ConfigurationFile_ThatIsNoJson_IsNamed(params string[] command)
    {
        var file = Path.Combine(_models.Path, "appsettings.json");
        await File.WriteAllTextAsync(file, "{ no JSON", TestContext.Current.CancellationToken);
        using var service = new ServiceProcess([.. command, $"--contentRoot={_models.Path}"]);

        var (exitCode, errors, _) = await service.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains(file, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModelsFolder_ThatIsNotThere_IsNamed()
    {
        using var service = new ServiceProcess("--Models:Path=/no/such/folder", "--urls=http://127.0.0.1:0");

        var (exitCode, errors, _) = await service.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("/no/such/folder", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_ThatIsTaken_IsNamed()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        using var service = new ServiceProcess($"--Models:Path={_models.Path}", $"--urls=http://{taken.LocalEndpoint}");

        var (exitCode, errors, output) = await service.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains($"{taken.LocalEndpoint}", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors + output, StringComparison.Ordinal);
    }

    /// <summary>As a rollout does that is called off: no crash to be looked into.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Service_ThatIsToldToEndWhileItStarts_EndsInOrder()
    {
        var starting = new TaskCompletionSource<IHostApplicationLifetime>();
        var ended = Startup.GuardAsync(() =>
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Services.AddHostedService(services => new SlowStart(starting, services.GetRequiredService<IHostApplicationLifetime>()));
            return builder.Build();
        });
        (await starting.Task.WaitAsync(TestContext.Current.CancellationToken)).StopApplication();

        Assert.Equal(0, await ended.WaitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Service_InAContainer_LogsJson_AnswersTheHealthCheck_AndEndsInOrder()
    {
        var environment = new Dictionary<string, string>
        {
            ["DOTNET_RUNNING_IN_CONTAINER"] = "true",
            ["Models__Path"] = _models.Path,
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
        };
        using var service = new ServiceProcess(environment);
        var listening = JsonDocument.Parse(await service.LineAsync(line => line.Contains("Now listening on", StringComparison.Ordinal)));
        var address = listening.RootElement.Text("@m").Split(' ')[^1].Trim('"');
        await service.LineAsync(line => line.Contains("Application started", StringComparison.Ordinal));

        using var client = new HttpClient { BaseAddress = new Uri(address) };
        await client.PostAsync(Replies.Raw(Replies.Red), "?topK=1");
        var request = JsonDocument.Parse(await service.LineAsync(line => line.Contains("/classify", StringComparison.Ordinal))).RootElement;
        using var check = new ServiceProcess(new Dictionary<string, string> { ["ASPNETCORE_URLS"] = address }, "healthcheck");

        Assert.Equal(200, request.GetProperty("StatusCode").GetInt32());
        Assert.DoesNotContain("topK", request.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, (await check.EndAsync()).ExitCode);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "has no SIGTERM");
        using (var kill = Process.Start("kill", $"-TERM {service.Id}"))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, (await service.EndAsync()).ExitCode);
    }

    /// <summary>Loads for as long as it may.</summary>
    private sealed class SlowStart(TaskCompletionSource<IHostApplicationLifetime> starting, IHostApplicationLifetime lifetime) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            starting.SetResult(lifetime);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
