using ResNetService.Inference.Classification;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Tests.Errors;

/// <summary>What the core says when it cannot answer, as HTTP says it. A fake core, since these faults cannot be had at will.</summary>
public sealed class CoreErrorTests
{
    [Theory]
    [InlineData(ErrorCode.InvalidRequest, 400, "invalid-request")]
    [InlineData(ErrorCode.UnknownModel, 404, "unknown-model")]
    [InlineData(ErrorCode.TooManyBytes, 413, "too-many-bytes")]
    [InlineData(ErrorCode.TooManyPixels, 413, "too-many-pixels")]
    [InlineData(ErrorCode.UnsupportedImage, 415, "unsupported-image")]
    [InlineData(ErrorCode.CorruptImage, 422, "corrupt-image")]
    [InlineData(ErrorCode.QueueFull, 429, "queue-full")]
    [InlineData(ErrorCode.Internal, 500, "internal")]
    [InlineData(ErrorCode.NotReady, 503, "not-ready")]
    [InlineData(ErrorCode.DeadlineExceeded, 504, "deadline-exceeded")]
    public async Task ErrorOfTheCore_HasItsStatusAndKeepsItsDetail(ErrorCode code, int status, string kind)
    {
        using var host = HostOf(new ServiceException(new ServiceError(code, "what is wrong")));

        var problem = await host.Client.FailAsync(Replies.Raw(Replies.Red), status, kind);

        Assert.Equal("what is wrong", problem.Text("detail"));
    }

    [Theory]
    [InlineData(ErrorCode.QueueFull, 0.2, 1)]
    [InlineData(ErrorCode.QueueFull, 7.1, 8)]
    [InlineData(ErrorCode.NotReady, 3, 3)]
    public async Task RetryAfter_IsSentInWholeSecondsRoundedUp(ErrorCode code, double seconds, int header)
    {
        using var host = HostOf(new ServiceException(new ServiceError(code, "later", TimeSpan.FromSeconds(seconds))));

        using var response = await host.Client.PostAsync(new Uri("/classify", UriKind.Relative), Replies.Raw(Replies.Red), TestContext.Current.CancellationToken);

        Assert.Equal(TimeSpan.FromSeconds(header), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task RetryAfter_OfImagesThatAllFail_IsTheLongest()
    {
        using var host = HostOf(images => [.. images.Select((image, i) => Failed(image, new(ErrorCode.QueueFull, "full", TimeSpan.FromSeconds(i + 1))))]);

        using var response = await host.Client.PostAsync(
            new Uri("/classify", UriKind.Relative), Replies.Form(("a", Replies.Red), ("b", Replies.Red)), TestContext.Current.CancellationToken);

        await response.ReadProblemAsync(429, "queue-full");
        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Exception_ThatNobodyForesaw_TellsNothingOfTheInside()
    {
        using var host = HostOf(new InvalidOperationException("secret-of-the-inside"));

        var problem = await host.Client.FailAsync(Replies.Raw(Replies.Red), 500, "internal");

        Assert.DoesNotContain("secret", problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallerThatGoes_CancelsTheClassification()
    {
        var (entered, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var host = HostOf(new FakeClassifier(async (_, token) =>
        {
            using var registration = token.Register(() => cancelled.SetResult());
            entered.SetResult();
            await cancelled.Task;
            token.ThrowIfCancellationRequested();
            return null!;
        }));
        using var caller = new CancellationTokenSource();

        var request = host.Client.PostAsync(new Uri("/classify", UriKind.Relative), Replies.Raw(Replies.Red), caller.Token);
        await await Task.WhenAny(entered.Task, request);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await cancelled.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    private static ImageResult Failed(EncodedImage image, ServiceError error) => new(image.Name, 0, 0, [], error);

    private static ServiceHost HostOf(Exception thrown) => HostOf(new FakeClassifier((_, _) => throw thrown));

    private static ServiceHost HostOf(Func<IReadOnlyList<EncodedImage>, IReadOnlyList<ImageResult>> answer) =>
        HostOf(new FakeClassifier((request, _) => Task.FromResult(new ClassificationResponse(null!, answer(request.Images), new(default, default, default, default)))));

    private static ServiceHost HostOf(IImageClassifier classifier) => new([], services => services.AddSingleton(classifier));

    private sealed class FakeClassifier(Func<ClassificationRequest, CancellationToken, Task<ClassificationResponse>> answer) : IImageClassifier
    {
        public void EnsureRoom(ModelChoice model)
        {
            // There always is.
        }

        public Task<ClassificationResponse> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken) => answer(request, cancellationToken);
    }
}
