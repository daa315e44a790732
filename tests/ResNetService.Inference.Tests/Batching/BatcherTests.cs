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

    private readonly FakeSession _session = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<IAsyncDisposable> _disposables = [];

    public async ValueTask DisposeAsync()
    {
        _session.Permit(Unlimited);
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
        var others = Submit(batcher, Image(2), Image(3), Image(4), Image(5), Image(6));
        await DecodedAsync(batcher);
        _session.Permit(Unlimited);

        var results = await Task.WhenAll([.. first, .. others]);

        Assert.Equal([1f, 2, 3, 4, 5, 6], results.Select(r => r.Logits.Span[0]));
        Assert.Equal([1, 4, 1], _session.Batches);
    }

    [Fact]
    public async Task Submit_OneBadImage_HarmsNoNeighbour()
    {
        var batcher = Create();
        _session.Permit(Unlimited);

        var results = await Task.WhenAll(Submit(batcher, Image(7), "no image"u8.ToArray(), Image(9)));

        Assert.Equal([null, ErrorCode.UnsupportedImage, null], results.Select(r => r.Error?.Code));
        Assert.Equal([7f, 9f], new[] { results[0], results[2] }.Select(r => r.Logits.Span[0]));
    }

    [Fact]
    public async Task Run_ThatFails_FailsItsBatchAlone()
    {
        var batcher = Create();
        _session.Fails = true;
        _session.Permit(1);
        var failed = await Submit(batcher, Image(1))[0];
        _session.Fails = false;
        _session.Permit(1);

        Assert.Equal(ErrorCode.Internal, failed.Error?.Code);
        Assert.Null((await Submit(batcher, Image(1))[0]).Error);
    }

    [Fact]
    public async Task Cancel_BetweenDecodeAndRun_CostsNoRun()
    {
        var batcher = Create(maxBatchSize: 1, decodeWorkers: 1);
        var first = Submit(batcher, Image(1));
        await _session.RunStartedAsync();
        using var caller = new CancellationTokenSource();
        var departed = batcher.Submit([Image(2)], caller.Token);
        var stays = Submit(batcher, Image(3));
        await DecodedAsync(batcher);
        await caller.CancelAsync();
        _session.Permit(Unlimited);

        await Task.WhenAll([.. first, .. stays]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => departed[0]);

        Assert.Equal(2, _session.Batches.Count);
    }

    [Fact]
    public async Task Submit_FullQueue_RefusesAllImagesOfTheRequest()
    {
        var batcher = Create(capacity: 3);
        var held = Submit(batcher, Image(1), Image(2));

        var refusal = Assert.Throws<ServiceException>(() => Submit(batcher, Image(3), Image(4))).Error;
        var last = Submit(batcher, Image(5));
        _session.Permit(Unlimited);

        Assert.Equal(ErrorCode.QueueFull, refusal.Code);
        Assert.True(refusal.RetryAfter >= TimeSpan.FromSeconds(1));
        Assert.Equal([1f, 2, 5], (await Task.WhenAll([.. held, .. last])).Select(r => r.Logits.Span[0]));
    }

    [Fact]
    public async Task Dispose_WithWorkInside_AnswersItFirst()
    {
        var batcher = Create();
        var held = Submit(batcher, Image(1), Image(2), Image(3));

        var disposed = batcher.DisposeAsync().AsTask();
        Assert.Equal(ErrorCode.NotReady, Assert.Throws<ServiceException>(() => Submit(batcher, Image(4))).Error.Code);
        Assert.False(disposed.IsCompleted);
        _session.Permit(Unlimited);
        await disposed;

        Assert.All(held, task => Assert.True(task.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task MaxDelay_OneImageWaiting_RunsWhenTheTimeIsOver()
    {
        var batcher = Create(maxDelay: TimeSpan.FromSeconds(5));
        _session.Permit(Unlimited);
        var alone = Submit(batcher, Image(1))[0];

        while (!alone.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(1f, (await alone).Logits.Span[0]);
        Assert.True((await alone).Timings.Queue >= TimeSpan.FromSeconds(5));
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
                var tasks = batcher.Submit([.. colors.Select(c => (ReadOnlyMemory<byte>)Image(c))], departure.Token);
                if (random.Next(4) == 0)
                    await departure.CancelAsync();
                Assert.Equal(colors.Select(c => (float)c), (await Task.WhenAll(tasks)).Select(r => r.Logits.Span[0]));
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

    private static byte[] Image(byte color) => TinyImage.Png(4, 4, color, 0, 0);

    private static IReadOnlyList<Task<BatchedImage>> Submit(Batcher batcher, params byte[][] images) =>
        batcher.Submit([.. images.Select(image => (ReadOnlyMemory<byte>)image)], TestContext.Current.CancellationToken);

    /// <summary>Ends when everything submitted before is decoded, where there is one worker: it takes its jobs in turn, and what is no image ends there.</summary>
    private static Task<BatchedImage> DecodedAsync(Batcher batcher) => Submit(batcher, "no image"u8.ToArray())[0];

    private Batcher Create(int maxBatchSize = 8, int capacity = 512, TimeSpan maxDelay = default, int decodeWorkers = 2)
    {
        var options = new BatchingOptions { MaxBatchSize = maxBatchSize, QueueCapacity = capacity, MaxDelay = maxDelay, DecodeWorkers = decodeWorkers };
        var manifest = new ModelManifest
        {
            Architecture = "mean-color",
            Precision = Precision.Fp32,
            Graph = new(),
            Preprocessing = PreprocessingSpec.ImageNet with { InputSize = 4, Resize = 4 },
            Labels = [new("red"), new("green"), new("blue")],
            Provenance = new("a test", "none"),
        };
        var workers = new DecodeWorkers(Options.Create(options));
        var preprocessor = new ImagePreprocessor(manifest.Preprocessing, new ImageDecoder(new ImageLimits(), new DecodeOptions()));
        var batcher = new Batcher(new BatchRun(_session, manifest, maxBatchSize), preprocessor, options, workers, _time, NullLogger.Instance);
        _disposables.AddRange([workers, batcher]);
        return batcher;
    }
}
