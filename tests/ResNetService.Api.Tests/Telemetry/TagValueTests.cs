using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using ResNetService.Api.Errors;
using ResNetService.Api.Telemetry;
using ResNetService.Api.Tests.Faults;
using ResNetService.Api.Tests.OpenInference;
using ResNetService.Api.Tests.Security;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Models;
using ResNetService.Inference.Telemetry;

namespace ResNetService.Api.Tests.Telemetry;

/// <summary>Every value that a tag of a counter can have, as something that really happens gives it. The values are the code's own: a new one fails until <see cref="CauseOf"/> knows it.</summary>
public sealed class TagValueTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly GatedBackend _gate = new();
    private readonly FaultyBackend _faulty = new();

    /// <summary>Of the service whose runs wait at the gate: nothing is late but what a test makes late.</summary>
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _gate.Dispose();

    public static TheoryData<string> Reasons => new(ProblemKind.All.Select(kind => kind.Reason));

    /// <summary>An unknown model is none whose images could be counted.</summary>
    public static TheoryData<string> Outcomes => new(
    [
        "answered", "departed",
        .. Enum.GetValues<ErrorCode>().Except([ErrorCode.UnknownModel]).Select(code => JsonNamingPolicy.SnakeCaseLower.ConvertName($"{code}")),
    ]);

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Reasons))]
    public async Task Rejection_ForEachReason_IsCountedOnce(string reason) =>
        Assert.Equal([$"reason={reason}: 1"], await CountAsync(CauseOf(reason), ServiceMeter.Name, "resnet.rejections", TestContext.Current.CancellationToken));

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Outcomes))]
    public async Task Image_WithEachOutcome_IsCounted(string outcome) => Assert.Contains(
        await CountAsync(CauseOf(outcome), InferenceMeter.Name, "resnet.images", TestContext.Current.CancellationToken),
        sum => sum.StartsWith($"model=color outcome={outcome}: ", StringComparison.Ordinal));

    /// <summary>One that is not listed would not begin at 0, and no test here would ask for it.</summary>
    [Fact]
    public void Reasons_AreThoseOfAllProblemsThatThereAre() => Assert.Equal(
        typeof(ProblemKind).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).OfType<ProblemKind>().Select(kind => kind.Reason).Order(StringComparer.Ordinal),
        ProblemKind.All.Select(kind => kind.Reason).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Request_IsMeasuredInAllStagesThatThereAre()
    {
        var stages = typeof(InferenceMeter).Assembly.GetType("ResNetService.Inference.Telemetry.Stages", throwOnError: true)!.GetFields().Select(field => $"model=color stage={field.GetRawConstantValue()}: 1");
        await using var host = new ServiceHost();
        using var measured = new Measurements<double>(host, InferenceMeter.Name, "resnet.stage.duration");
        await host.Client.PostAsync(Replies.Raw(Replies.Red));

        Assert.Equal(stages.Order(StringComparer.Ordinal), measured.Counts());
    }

    private async Task<string[]> CountAsync(Cause cause, string meter, string instrument, CancellationToken cancellationToken)
    {
        await using var host = new ServiceHost(cause.Settings, cause.Replace);
        using var counted = new Measurements<long>(host, meter, instrument);
        try
        {
            await cause.Happens(host);
            // Nobody is told of an image whose caller has gone, so nothing else says when it is counted.
            await counted.WaitAsync(1).WaitAsync(cancellationToken);
        }
        finally
        {
            _gate.Open();
        }

        return counted.Sums();
    }

    /// <summary>What is refused is refused once; where it is an image, it has come to the model before.</summary>
    private Cause CauseOf(string value) => value switch
    {
        "answered" => Asked("POST", "/classify"),
        "unknown_model" => Asked("POST", "/classify?model=x"),
        "unknown_route" => Asked("GET", "/nowhere"),
        "method_not_allowed" => Asked("GET", "/classify"),
        "unauthenticated" => Asked("POST", "/classify") with { Settings = Callers.Settings },
        "forbidden" => Asked("POST", "/classify", Callers.Bearer(Callers.Administrator)) with { Settings = Callers.Settings },
        // Nothing listens at this port.
        "identity_unavailable" => Asked("POST", "/classify", Callers.Bearer("a.b.c")) with { Settings = new() { ["Security:Jwt:Authority"] = "https://127.0.0.1:1", ["Security:Jwt:Audience"] = "a" } },
        "rate_limited" => new(Twice) { Settings = new() { ["RateLimits:RequestsPerMinute"] = "1" } },
        "unsupported_media_type" => Sent(() => Replies.Raw(Replies.Red, "text/plain")),
        "unsupported_image" => Sent(() => Replies.Raw(Replies.NoImage)),
        "corrupt_image" => Sent(() => Replies.Raw(Replies.Broken)),
        "no_image_classified" => Sent(() => Replies.Form(("a", Replies.NoImage), ("b", Replies.Broken))),
        "too_many_pixels" => Sent(() => Replies.Raw(TinyImage.Png(20, 20, 1, 2, 3))) with { Settings = new() { ["Imaging:MaxPixels"] = "100" } },
        // By this route the size is the decoder's to find.
        "too_many_bytes" => Sent(() => Replies.Json(V2.FilesJson(Large())), "/v2/models/color/infer") with { Settings = new() { ["Imaging:MaxBytes"] = "1000" } },
        "invalid_request" => Sent(() => Replies.Form(("a", Replies.Red), ("b", Replies.Red))) with { Settings = new() { ["Batching:QueueCapacity"] = "1" } },
        "request_timeout" => new(BodyStopsAsync) { Replace = Impatient },
        "internal" => new(RunFailsAsync) { Replace = _faulty.Replace },
        "not_ready" => Busy(RunHangsAsync, ("Batching:RunTimeout", "00:00:01")),
        "deadline_exceeded" => Busy(host => BehindAnotherAsync(host, () => ComesLateAsync(host))),
        "departed" => Busy(host => BehindAnotherAsync(host, () => DepartsAsync(host))),
        // Of a form nobody knows before it is read which model it names.
        "queue_full" => Busy(host => BehindAnotherAsync(host, () => Sent(() => Replies.Form(("a", Replies.Red))).Happens(host)), ("Batching:QueueCapacity", "1")),
        "memory_full" => Busy(host => BehindAnotherAsync(host, () => Sent(() => Replies.Raw(Large())).Happens(host)), ("Requests:MaxBytes", "2000"), ("Requests:MaxBytesHeld", "2000")),
        _ => throw new InvalidOperationException($"Nothing here causes '{value}'."),
    };

    private static Cause Asked(string method, string path, params (string Name, string Value)[] headers) => new(async host => (await host.Client.AskAsync(method, path, headers)).Dispose());

    private static Cause Sent(Func<HttpContent> content, string route = "/classify") => new(async host =>
    {
        using var body = content();
        using var response = await host.Client.PostAsync(new Uri(route, UriKind.Relative), body, TestContext.Current.CancellationToken);
    });

    /// <summary>One run at a time, of one image, which waits where the gate is closed.</summary>
    private Cause Busy(Func<ServiceHost, Task> happens, params (string Key, string Value)[] settings) => new(happens)
    {
        Settings = new(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))) { ["Batching:Runners"] = "1", ["Batching:MaxBatchSize"] = "1" },
        Replace = services =>
        {
            _gate.Replace(services);
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time));
        },
    };

    private async Task BehindAnotherAsync(ServiceHost host, Func<Task> happens)
    {
        _gate.Close();
        var running = host.Client.PostAsync(Replies.Raw(Large()));
        await _gate.RunWaitsAsync();
        await happens();
        _gate.Open();
        await running;
    }

    private async Task ComesLateAsync(ServiceHost host)
    {
        var late = host.Client.AskAsync("POST", "/classify", ("X-Deadline-Ms", $"{Second.TotalMilliseconds}"));
        await HeldAsync(host, 2);
        _time.Advance(Second);
        (await late).Dispose();
    }

    private static async Task DepartsAsync(ServiceHost host)
    {
        using var departure = new CancellationTokenSource();
        using var image = Replies.Raw(Replies.Red);
        var departing = host.Client.PostAsync(new Uri("/classify", UriKind.Relative), image, departure.Token);
        await HeldAsync(host, 2);
        await departure.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => departing);
        await HeldAsync(host, 1);
    }

    private async Task RunHangsAsync(ServiceHost host)
    {
        _gate.Close();
        var hanging = host.Client.AskAsync("POST", "/classify");
        await _gate.RunWaitsAsync();
        _time.Advance(Second);
        (await hanging).Dispose();
    }

    /// <summary>Not before, since a model runs when it is loaded.</summary>
    private Task RunFailsAsync(ServiceHost host)
    {
        _faulty.OnRun = () => throw new ExecutionException("the test wants it so");
        return Asked("POST", "/classify").Happens(host);
    }

    private static async Task Twice(ServiceHost host)
    {
        await Asked("POST", "/classify").Happens(host);
        await Asked("POST", "/classify").Happens(host);
    }

    private static async Task BodyStopsAsync(ServiceHost host)
    {
        using var connection = await RawConnection.PostAsync(host.Client, "Content-Type: image/png\r\nContent-Length: 1000\r\n\r\nhalf");
        await connection.StatusAsync();
    }

    /// <summary>Kestrel takes no less than a second, on a clock of its own.</summary>
    private static void Impatient(IServiceCollection services) =>
        services.PostConfigure<KestrelServerOptions>(kestrel => kestrel.Limits.MinRequestBodyDataRate = new(bytesPerSecond: 1000, gracePeriod: 1.5 * Second));

    private static async Task HeldAsync(ServiceHost host, int images)
    {
        var catalog = host.Services.GetRequiredService<IModelCatalog>();
        while (catalog.Loads[0].Held != images)
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    /// <summary>An image of 1500 bytes: what follows its end is passed over.</summary>
    private static byte[] Large() => [.. Replies.Red, .. new byte[1500 - Replies.Red.Length]];

    /// <param name="Happens">Ends when the one who asked has been told, or has gone.</param>
    private sealed record Cause(Func<ServiceHost, Task> Happens)
    {
        public Dictionary<string, string> Settings { get; init; } = [];

        public Action<IServiceCollection>? Replace { get; init; }
    }
}
