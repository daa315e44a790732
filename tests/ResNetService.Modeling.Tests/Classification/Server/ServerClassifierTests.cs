using System.Globalization;
using Microsoft.AspNetCore.Http;
using ResNetService.Modeling.Classification;
using ResNetService.Modeling.Classification.Server;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Tests.Training;

namespace ResNetService.Modeling.Tests.Classification.Server;

/// <summary>Retries, errors of one image and errors of all, over a real connection.</summary>
public sealed class ServerClassifierTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly RetryPolicy Policy = new() { AttemptTimeout = TimeSpan.FromHours(1) };

    private readonly TemporaryFolder _folder = new();
    private readonly SkippingTime _time = new(Start, Policy.AttemptTimeout);
    private readonly InputFile _image;

    public ServerClassifierTests()
    {
        _folder.Write("a.png", TinyImage.Png(4, 3, 0, 0, 255));
        _image = new(Path.Combine(_folder.Path, "a.png"), "a.png");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Classify_ServiceThatAnswers_IsAskedForTheVersionItBeganWith()
    {
        await using var service = await ScriptedService.StartAsync(ScriptedService.Answer);
        await using var classifier = await ConnectAsync(service);

        var result = await ClassifyAsync(classifier);

        Assert.Equal(new ClassifyingModel("color:2", 2, "cpu", "fp32"), classifier.Model);
        Assert.Equal(("a.png", "color:2", 4, 3, null), (result.Name, result.Model, result.Width, result.Height, result.Error));
        Assert.Equal((1, "blue", 0.75), result.Predictions.Select(p => (p.Index, p.Label, p.Probability)).Single());
        Assert.Equal(["GET /models", "GET /models/color:2", "POST /classify?model=color%3A2&topK=1"], service.Requests);
    }

    [Theory]
    [InlineData("rns_key", "Bearer rns_key")]
    [InlineData(null, "")]
    public async Task Classify_ServiceThatAsksForAKey_IsSentItWithEveryRequest(string? key, string header)
    {
        await using var service = await ScriptedService.StartAsync(ScriptedService.Answer);
        await using var classifier = await ServerClassifier.ConnectAsync(service.Address, key, null, Policy, _time, TestContext.Current.CancellationToken);

        await ClassifyAsync(classifier);

        Assert.Equal([header, header, header], service.Authorizations);
    }

    [Theory]
    [InlineData(429, "queue-full")]
    [InlineData(503, "not-ready")]
    public async Task Classify_RetryAfterInSeconds_IsWaitedFor(int status, string type)
    {
        await using var service = await ScriptedService.StartAsync(ScriptedService.Problem(status, type, "Later.", "7"), ScriptedService.Answer);
        await using var classifier = await ConnectAsync(service);

        Assert.Null((await ClassifyAsync(classifier)).Error);

        AssertScattered(TimeSpan.FromSeconds(7), Assert.Single(_time.Delays));
    }

    [Fact]
    public async Task Classify_RetryAfterAsADate_IsWaitedFor()
    {
        var date = Start.AddSeconds(42).ToString("R", CultureInfo.InvariantCulture);
        await using var service = await ScriptedService.StartAsync(ScriptedService.Problem(503, "not-ready", "Later.", date), ScriptedService.Answer);
        await using var classifier = await ConnectAsync(service);

        Assert.Null((await ClassifyAsync(classifier)).Error);

        AssertScattered(TimeSpan.FromSeconds(42), Assert.Single(_time.Delays));
    }

    [Theory]
    [InlineData("86400", 120)]
    [InlineData("0", null)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", null)]
    [InlineData("soon", null)]
    public async Task Classify_RetryAfterThatCannotBeKeptTo_IsBounded(string retryAfter, int? seconds)
    {
        await using var service = await ScriptedService.StartAsync(ScriptedService.Problem(429, "queue-full", "Later.", retryAfter), ScriptedService.Answer);
        await using var classifier = await ConnectAsync(service);

        Assert.Null((await ClassifyAsync(classifier)).Error);

        var delay = Assert.Single(_time.Delays);
        if (seconds is { } expected)
            AssertScattered(TimeSpan.FromSeconds(expected), delay);
        else
            Assert.InRange(delay, TimeSpan.Zero, Policy.MaxDelay);
    }

    [Fact]
    public async Task Classify_ServiceThatIsAwayForAWhile_IsAskedAgainEverLater()
    {
        await using var service = await ScriptedService.StartAsync(
            ScriptedService.Disconnect, ScriptedService.Page(502), ScriptedService.Page(503), ScriptedService.Page(504), ScriptedService.Disconnect, ScriptedService.Page(500), ScriptedService.Answer);
        await using var classifier = await ConnectAsync(service);

        Assert.Null((await ClassifyAsync(classifier)).Error);

        Assert.Equal(6, _time.Delays.Count);
        Assert.All(_time.Delays, delay => Assert.InRange(delay, TimeSpan.FromTicks(1), Policy.MaxDelay));
        Assert.True(_time.Delays[^1] > _time.Delays[0], string.Join(' ', _time.Delays));
    }

    [Fact]
    public async Task Classify_ServerThatIsSilent_IsAskedAgain()
    {
        await using var service = await ScriptedService.StartAsync(ScriptedService.Silence, ScriptedService.Answer);
        var impatient = new RetryPolicy { AttemptTimeout = TimeSpan.FromMilliseconds(300), FirstDelay = TimeSpan.Zero };
        await using var classifier = await ServerClassifier.ConnectAsync(service.Address, null, null, impatient, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Null((await ClassifyAsync(classifier)).Error);
        Assert.Equal(2, service.Classifications);
    }

    [Theory]
    [InlineData(400, "invalid-request")]
    [InlineData(413, "too-many-bytes")]
    [InlineData(415, "unsupported-image")]
    [InlineData(422, "corrupt-image")]
    public async Task Classify_ImageThatIsRefused_IsItsErrorAndNotAskedAgain(int status, string type)
    {
        await using var service = await ScriptedService.StartAsync(ScriptedService.Problem(status, type, "This image will not do."));
        await using var classifier = await ConnectAsync(service);

        Assert.Equal("This image will not do.", (await ClassifyAsync(classifier)).Error);
        Assert.Equal(1, service.Classifications);
    }

    [Theory]
    [InlineData(413, 1, "The server answered 413 (Payload Too Large).")]
    [InlineData(504, 10, "The server answered 504 (Gateway Timeout).")]
    [InlineData(500, 10, "The server answered 500 (Internal Server Error).")]
    public async Task Classify_ErrorWithoutAProblem_IsTheImagesWithItsStatus(int status, int attempts, string error)
    {
        await using var service = await ScriptedService.StartAsync(ScriptedService.Page(status));
        await using var classifier = await ConnectAsync(service);

        Assert.Equal(error, (await ClassifyAsync(classifier)).Error);
        Assert.Equal(attempts, service.Classifications);
    }

    [Theory]
    [InlineData(429, "queue-full")]
    [InlineData(503, "not-ready")]
    public async Task Classify_ServiceThatIsBusyForManyAttempts_IsAskedUntilItAnswers(int status, string type)
    {
        var busy = Enumerable.Repeat(ScriptedService.Problem(status, type, "Later.", "1"), 3 * Policy.MaxAttempts / 2);
        await using var service = await ScriptedService.StartAsync([.. busy, ScriptedService.Answer]);
        await using var classifier = await ConnectAsync(service);

        Assert.Null((await ClassifyAsync(classifier)).Error);
    }

    [Fact]
    public async Task Classify_SameRetryAfterForSeveral_ScattersThem()
    {
        var full = ScriptedService.Problem(429, "queue-full", "Later.", "7");
        await using var service = await ScriptedService.StartAsync(full, ScriptedService.Answer, full, ScriptedService.Answer);
        await using var classifier = await ConnectAsync(service);

        await ClassifyAsync(classifier);
        await ClassifyAsync(classifier);

        Assert.Equal(2, _time.Delays.Distinct().Count());
    }

    [Fact]
    public async Task Classify_ServiceThatStaysBusy_EndsTheRunAfterMinutesHoweverOftenItSaysWhenToComeBack()
    {
        await using var service = await ScriptedService.StartAsync(ScriptedService.Problem(429, "queue-full", "512 images wait.", "1"));

        Assert.Equal($"{service.Address} answered 429 (Too Many Requests): 512 images wait.", await FailsAsync(service));

        AssertLastsAsLongAs(Policy.BusyPatience);
    }

    [Fact]
    public async Task Classify_ServiceThatStaysAway_EndsTheRunSooner()
    {
        await using var service = await ScriptedService.StartAsync(ScriptedService.Disconnect);

        Assert.StartsWith($"{service.Address} cannot be reached: ", await FailsAsync(service), StringComparison.Ordinal);

        AssertLastsAsLongAs(Policy.AwayPatience);
    }

    [Fact]
    public async Task Classify_WhatNoOtherImageWouldChange_EndsTheRun()
    {
        await using var unknown = await ScriptedService.StartAsync(ScriptedService.Problem(404, "unknown-model", "There is no model 'color:2'."));
        await using var closed = await ScriptedService.StartAsync(ScriptedService.Page(401));
        await using var other = await ScriptedService.StartAsync(ScriptedService.Page(200));
        await using var several = await ScriptedService.StartAsync(context => Results.Content("""{"results":[]}""", "application/json").ExecuteAsync(context));

        Assert.Equal($"{unknown.Address} answered 404 (Not Found): There is no model 'color:2'.", await FailsAsync(unknown));
        Assert.StartsWith($"{closed.Address} answered 401 (Unauthorized): ", await FailsAsync(closed), StringComparison.Ordinal);
        Assert.Contains("is no ResNetService: POST /classify answered 200 (OK)", await FailsAsync(other), StringComparison.Ordinal);
        Assert.Contains("is no ResNetService: POST /classify answered 200 (OK)", await FailsAsync(several), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_FileThatIsEmptyAbsentOrTooLarge_IsNotSent()
    {
        _folder.Write("empty.png");
        await using (var large = File.Create(Path.Combine(_folder.Path, "large.png")))
            large.SetLength(64_000_001);
        await using var service = await ScriptedService.StartAsync(ScriptedService.Answer);
        await using var classifier = await ConnectAsync(service);

        foreach (var (name, error) in new[] { ("empty.png", "The file is empty, or no regular file."), ("absent.png", "The file cannot be read: "), ("large.png", "The file has 64,000,001 bytes; the limit is 64,000,000.") })
        {
            var exception = await Assert.ThrowsAsync<FileContentException>(() =>
                classifier.ClassifyAsync(new(Path.Combine(_folder.Path, name), name), 1, TestContext.Current.CancellationToken));
            Assert.StartsWith(error, exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, service.Classifications);
    }

    [Fact]
    public async Task Connect_ModelThatDoesNotServe_GivesItsFaults()
    {
        await using var service = await ScriptedService.StartAsync(ScriptedService.Answer);

        var exception = await Assert.ThrowsAsync<CommandException>(() => ConnectAsync(service, "broken"));

        Assert.Equal($"{service.Address} does not serve broken:1, which is invalid{Environment.NewLine}  model.onnx is missing", exception.Message);
    }

    [Fact]
    public async Task Connect_AddressWhereNobodyListens_FailsAtOnce()
    {
        var service = await ScriptedService.StartAsync(ScriptedService.Answer);
        var address = service.Address;
        await service.DisposeAsync();

        var exception = await Assert.ThrowsAsync<CommandException>(() =>
            ServerClassifier.ConnectAsync(address, null, null, Policy, _time, TestContext.Current.CancellationToken));

        Assert.StartsWith($"{address} cannot be reached: ", exception.Message, StringComparison.Ordinal);
        Assert.Empty(_time.Delays);
    }

    [Theory]
    [InlineData("nothing/here/", "is no ResNetService: GET /nothing/here/models answered 404 (Not Found) and not what the service answers")]
    public async Task Connect_ServerThatIsNoService_FailsAtOnce(string path, string message)
    {
        await using var service = await ScriptedService.StartAsync(ScriptedService.Answer);
        var address = new Uri(service.Address, path);

        var exception = await Assert.ThrowsAsync<CommandException>(() =>
            ServerClassifier.ConnectAsync(address, null, null, Policy, _time, TestContext.Current.CancellationToken));

        Assert.Equal($"{address} {message}", exception.Message);
    }

    [Theory]
    [InlineData("http://localhost:8080", "http://localhost:8080/")]
    [InlineData("https://example.org/vision/", "https://example.org/vision/")]
    [InlineData("localhost:8080", null)]
    [InlineData("ftp://example.org", null)]
    [InlineData("http://user:secret@example.org", null)]
    [InlineData("http://example.org/?model=x", null)]
    public void ServerAddress_Text_IsAnHttpAddressOrNone(string text, string? address) =>
        Assert.Equal(address, ServerAddress.Parse(text)?.AbsoluteUri);

    private Task<ServerClassifier> ConnectAsync(ScriptedService service, string? model = null) =>
        ServerClassifier.ConnectAsync(service.Address, null, model, Policy, _time, TestContext.Current.CancellationToken);

    private Task<FileResult> ClassifyAsync(ServerClassifier classifier) => classifier.ClassifyAsync(_image, 1, TestContext.Current.CancellationToken);

    private async Task<string> FailsAsync(ScriptedService service)
    {
        await using var classifier = await ConnectAsync(service);
        return (await Assert.ThrowsAsync<CommandException>(() => ClassifyAsync(classifier))).Message;
    }

    /// <summary>Never sooner than it was asked to.</summary>
    private static void AssertScattered(TimeSpan delay, TimeSpan actual) => Assert.InRange(actual, delay, delay * 1.5);

    /// <summary>Up to one delay longer.</summary>
    private void AssertLastsAsLongAs(TimeSpan patience) => Assert.InRange(_time.Elapsed, patience, patience + (Policy.MaxDelay * 1.5));
}
