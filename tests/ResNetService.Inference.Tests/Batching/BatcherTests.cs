using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ResNetService.Imaging;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Errors;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Tests.Batching;

public sealed class BatcherTests : IAsyncDisposable
{
    private const int Unlimited = 10_000;

    /// <summary>A clock that a test drives on and on goes far.</summary>
    private static readonly TimeSpan Never = TimeSpan.FromDays(100);

    private readonly FakeSession _session = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<IAsyncDisposable> _disposables = [];

    public async ValueTask DisposeAsync()
    {
        _session.Permit(Unlimited);
        _session.ComeBack();
        foreach (var disposable in Enumerable.Reverse(_disposables))
            await disposable.DisposeAsync();
        _session.Dispose();
    }

    [Fact]
    public async Task Submit_WhileARunIsBusy_GathersTheNextBatch()
    {
        var batcher = Create(maxBatchSize: 4, decodeWorkers: 1);
        var first = Submit(batcher, Image(1));
        await _session.RunStartedAsync();
        var others = Submit(batcher, Image(2), Image(3), Image(4));
        await DecodedAsync(batcher);
        _session.Permit(Unlimited);

        var results = await AllAsync(first, others);

        Assert.Equal([1f, 2, 3, 4], results.Select(r => r.Logits.Span[0]));
        Assert.Equal([1, 3], _session.Batches);
    }

    [Fact]
    public async Task Submit_OneBadImage_HarmsNoNeighbour()
    {
        var batcher = Create();
        _session.Permit(Unlimited);

        var results = await Submit(batcher, Image(7), "no image"u8.ToArray(), Image(9));

        Assert.Equal([null, ErrorCode.UnsupportedImage, null], results.Select(r => r.Error?.Code));
        Assert.Equal([7f, 9f], new[] { results[0], results[2] }.Select(r => r.Logits.Span[0]));
    }

    [Fact]
    public async Task Run_ThatFails_FailsItsBatchAlone()
    {
        var batcher = Create();
        _session.Fails = true;
        _session.Permit(1);
        var failed = (await Submit(batcher, Image(1)))[0];
        _session.Fails = false;
        _session.Permit(1);

        Assert.Equal(ErrorCode.Internal, failed.Error?.Code);
        Assert.Null((await Submit(batcher, Image(1)))[0].Error);
    }

    [Fact]
    public async Task Cancel_BetweenDecodeAndRun_CostsNoRun()
    {
        var batcher = Create(maxBatchSize: 3, decodeWorkers: 1);
        var first = Submit(batcher, Image(1));
        await _session.RunStartedAsync();
        using var caller = new CancellationTokenSource();
        var departed = batcher.RunAsync([new(Image(2))], reading: null, left: null, caller.Token);
        var stays = Submit(batcher, Image(3));
        await DecodedAsync(batcher);
        await caller.CancelAsync();
        _session.Permit(Unlimited);

        await AllAsync(first, stays);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => departed);

        Assert.Equal(2, _session.Batches.Count);
    }

    [Fact]
    public async Task Submit_FullQueue_RefusesAllImagesOfTheRequest()
    {
        var batcher = Create(capacity: 3);
        var held = Submit(batcher, Image(1), Image(2));

        var refusal = (await Assert.ThrowsAsync<ServiceException>(() => Submit(batcher, Image(3), Image(4)))).Error;
        var last = Submit(batcher, Image(5));
        _session.Permit(Unlimited);

        Assert.Equal(ErrorCode.QueueFull, refusal.Code);
        Assert.True(refusal.RetryAfter >= TimeSpan.FromSeconds(1));
        Assert.Equal([1f, 2, 5], (await AllAsync(held, last)).Select(r => r.Logits.Span[0]));
    }

    [Fact]
    public async Task Dispose_WithWorkInside_AnswersItFirst()
    {
        var batcher = Create();
        var held = Submit(batcher, Image(1), Image(2), Image(3));

        var disposed = batcher.DisposeAsync().AsTask();
        Assert.Equal(ErrorCode.NotReady, (await Assert.ThrowsAsync<ServiceException>(() => Submit(batcher, Image(4)))).Error.Code);
        Assert.False(disposed.IsCompleted);
        _session.Permit(Unlimited);
        await disposed;

        Assert.All(await held, result => Assert.Null(result.Error));
    }

    [Fact]
    public async Task MaxDelay_OneImageWaiting_RunsWhenTheTimeIsOver()
    {
        var batcher = Create(maxDelay: TimeSpan.FromSeconds(5));
        _session.Permit(Unlimited);
        var alone = Submit(batcher, Image(1));

        while (!alone.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(1f, (await alone)[0].Logits.Span[0]);
        Assert.True((await alone)[0].Timings.Queue >= TimeSpan.FromSeconds(5));
    }

    /// <summary>None lost, none answered twice, none given to another caller, however callers come and go.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Submit_RandomSchedules_AnswersEveryImageWithItsOwn(int seed)
    {
        var batcher = Create(maxBatchSize: 5, capacity: 64);
        _session.Permit(Unlimited);
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), TestContext.Current.CancellationToken, async (caller, token) =>
        {
            var random = new Random((seed * 1000) + caller);
            using var departure = CancellationTokenSource.CreateLinkedTokenSource(token);
            var colors = Enumerable.Range(0, random.Next(1, 6)).Select(_ => (byte)random.Next(256)).ToArray();
            try
            {
                var run = batcher.RunAsync([.. colors.Select(c => new NetworkInput(Image(c)))], reading: null, left: null, departure.Token);
                if (random.Next(4) == 0)
                    await departure.CancelAsync();
                Assert.Equal(colors.Select(c => (float)c), (await run).Select(r => r.Logits.Span[0]));
            }
            catch (ServiceException e)
            {
                Assert.Equal(ErrorCode.QueueFull, e.Error.Code);
            }
            catch (OperationCanceledException)
            {
                Assert.True(departure.IsCancellationRequested);
            }
        });

        Assert.All(_session.Batches, size => Assert.InRange(size, 1, 5));
    }

    [Fact]
    public async Task Cancel_WhileTheQueueIsFull_GivesThePlacesFreeAtOnce()
    {
        var batcher = Create(maxBatchSize: 1, capacity: 4, decodeWorkers: 1);
        var first = Submit(batcher, Image(1));
        await _session.RunStartedAsync();
        using var caller = new CancellationTokenSource();
        var departed = batcher.RunAsync([new(Image(2)), new(Image(3)), new(Image(4))], reading: null, left: null, caller.Token);
        Assert.Throws<ServiceException>(batcher.EnsureRoom);

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => departed);
        batcher.EnsureRoom();
        var next = Submit(batcher, Image(5), Image(6), Image(7));
        _session.Permit(Unlimited);

        Assert.Equal([1f, 5, 6, 7], (await AllAsync(first, next)).Select(r => r.Logits.Span[0]));
        Assert.Equal(4, _session.Batches.Count);
    }

    [Fact]
    public async Task Submit_WhileEveryRunnerIsBusy_DecodesOneBatchAheadAndNoFurther()
    {
        var batcher = Create(maxBatchSize: 2, decodeWorkers: 1);
        var first = Submit(batcher, Image(1));
        await _session.RunStartedAsync();

        var second = Submit(batcher, Image(2));
        await DecodedAsync(batcher);
        var third = Submit(batcher, Image(3));
        var beyond = DecodedAsync(batcher);

        // Both slots of the open batch are taken, and no other is opened.
        Assert.False(beyond.IsCompleted);
        _session.Permit(1);
        await first;
        await beyond;
        _session.Permit(Unlimited);
        Assert.Equal([2f, 3], (await AllAsync(second, third)).Select(r => r.Logits.Span[0]));
    }

    [Fact]
    public async Task Runners_Several_RunBatchesAtOnce()
    {
        var batcher = Create(maxBatchSize: 1, runners: 2);
        var run = Submit(batcher, Image(1), Image(2));

        await _session.RunStartedAsync();
        await _session.RunStartedAsync();
        _session.Permit(Unlimited);

        Assert.Equal([1f, 2], (await run).Select(r => r.Logits.Span[0]));
    }

    [Fact]
    public async Task Runners_ThatDivideTheCores_AllStartWhenARunThatIsAloneEnds()
    {
        _session.DividesCores = true;
        var batcher = Create(maxBatchSize: 8, decodeWorkers: 1, runners: 2);
        var first = Submit(batcher, Image(1));
        await _session.RunStartedAsync();
        var others = Submit(batcher, Image(2), Image(3), Image(4), Image(5));
        await DecodedAsync(batcher);

        _session.Permit(1);
        await _session.RunStartedAsync();
        await _session.RunStartedAsync();
        _session.Permit(Unlimited);

        Assert.Equal([1f, 2, 3, 4, 5], (await AllAsync(first, others)).Select(r => r.Logits.Span[0]));
        Assert.Equal([1, 2, 2], _session.Batches);
        Assert.Equal([false, true, true], _session.Shares);
    }

    [Fact]
    public async Task Run_ThatHangs_IsGivenUp_AndTheNextImageIsAnswered()
    {
        var batcher = Create(watches: true);
        _session.Hangs = true;
        var hanging = Submit(batcher, Image(1));
        await _session.RunStartedAsync();
        _session.Hangs = false;

        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(hanging.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(10));

        var error = Assert.Single(await hanging).Error!;
        Assert.Equal((ErrorCode.NotReady, TimeSpan.FromSeconds(1)), (error.Code, error.RetryAfter));
        _session.Permit(1);
        Assert.Equal(2, Assert.Single(await Submit(batcher, Image(2))).Logits.Span[0]);
        Assert.Equal((true, false), (batcher.HasLostRuns, batcher.IsStuck));
        Assert.Equal((0, 0), (batcher.Load.Held, batcher.Load.Running));
    }

    [Fact]
    public async Task Run_ThatComesBackAfterItWasGivenUp_AnswersNobody()
    {
        var batcher = Create(watches: true);
        _session.Hangs = true;
        var hanging = Submit(batcher, Image(1));
        await _session.RunStartedAsync();
        _session.Hangs = false;
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.NotNull(Assert.Single(await hanging).Error);

        _session.ComeBack();
        _session.Permit(Unlimited);

        Assert.Equal([2f, 3], (await AllAsync(Submit(batcher, Image(2)), Submit(batcher, Image(3)))).Select(r => r.Logits.Span[0]));
        while (batcher.HasLostRuns)
            await Task.Yield();
    }

    /// <summary>A runner and one that took its place.</summary>
    [Fact]
    public async Task Runs_ThatAllHang_AreReplacedUntilEnoughAreLost_ThenTheModelIsStuck()
    {
        var batcher = Create(maxBatchSize: 1, decodeWorkers: 1, watches: true);
        _session.Hangs = true;
        var runs = new[] { Submit(batcher, Image(1)), Submit(batcher, Image(2)), Submit(batcher, Image(3)) };
        await _session.RunStartedAsync();
        _time.Advance(TimeSpan.FromSeconds(40));
        await _session.RunStartedAsync();
        Assert.False(batcher.IsStuck);
        _time.Advance(TimeSpan.FromSeconds(40));

        Assert.All(await AllAsync(runs), result => Assert.Equal(ErrorCode.NotReady, result.Error?.Code));
        Assert.True(batcher.IsStuck);
        Assert.Contains("must be started again", Assert.Throws<ServiceException>(batcher.EnsureRoom).Error.Detail, StringComparison.Ordinal);
        await batcher.DisposeAsync();
        _session.ComeBack();
        while (batcher.HasLostRuns)
            await Task.Yield();
        Assert.True(batcher.IsStuck, "its runners are gone, though the runs have come back");
    }

    private static byte[] Image(byte color) => TinyImage.Png(4, 4, color, 0, 0);

    private static Task<IReadOnlyList<BatchedImage>> Submit(Batcher batcher, params byte[][] images) =>
        batcher.RunAsync([.. images.Select(image => new NetworkInput(image))], reading: null, left: null, TestContext.Current.CancellationToken);

    private static async Task<IEnumerable<BatchedImage>> AllAsync(params Task<IReadOnlyList<BatchedImage>>[] runs) =>
        (await Task.WhenAll(runs)).SelectMany(results => results);

    /// <summary>Ends when everything submitted before is decoded, where there is one worker: it takes images in turn, and what is no image ends there.</summary>
    private static Task<IReadOnlyList<BatchedImage>> DecodedAsync(Batcher batcher) => Submit(batcher, "no image"u8.ToArray());

    private Batcher Create(int maxBatchSize = 8, int capacity = 512, TimeSpan maxDelay = default, int decodeWorkers = 2, int runners = 1, bool watches = false)
    {
        var options = new BatchingOptions { MaxBatchSize = maxBatchSize, QueueCapacity = capacity, MaxDelay = maxDelay, DecodeWorkers = decodeWorkers, Runners = runners, RunTimeout = watches ? TimeSpan.FromSeconds(30) : Never };
        var manifest = new ModelManifest
        {
            Architecture = "mean-color",
            Precision = Precision.Fp32,
            Graph = new(),
            Preprocessing = PreprocessingSpec.ImageNet with { InputSize = 4, Resize = 4 },
            Labels = [new("red"), new("green"), new("blue")],
            Provenance = new("a test", "none"),
        };
        var pool = new DecodePool(Options.Create(options), TimeProvider.System);
        var input = new ImageInput(manifest, new ImageDecoder(new ImageLimits(), new DecodeOptions()));
        var batcher = new Batcher(_session, input, options, pool, _time, NullLogger.Instance);
        _disposables.AddRange([pool, batcher]);
        return batcher;
    }
}
