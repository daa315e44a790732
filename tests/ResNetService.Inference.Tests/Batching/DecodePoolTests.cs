using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ResNetService.Inference.Batching;

namespace ResNetService.Inference.Tests.Batching;

public sealed class DecodePoolTests
{
    [Fact]
    public async Task Work_OfTwoModels_TakesTurns()
    {
        var order = new ConcurrentQueue<char>();
        using var started = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        await using (var pool = Create(workers: 1))
        {
            pool.Add(new Source(1, () =>
            {
                started.Set();
                gate.Wait();
            }));
            pool.Wake(1);
            started.Wait(TestContext.Current.CancellationToken);
            pool.Add(new Source(100, () => order.Enqueue('a')));
            pool.Add(new Source(3, () => order.Enqueue('b')));
            gate.Set();
        }

        Assert.Equal(103, order.Count);
        Assert.Equal(3, order.Take(6).Count(model => model == 'b'));
    }

    [Fact]
    public async Task Workers_AsManyAsConfigured_WorkAtOnce()
    {
        await using var pool = Create(workers: 3);
        using var together = new Barrier(3);
        using var done = new CountdownEvent(3);
        pool.Add(new Source(3, () =>
        {
            // Ends only if three are here.
            together.SignalAndWait(TestContext.Current.CancellationToken);
            done.Signal();
        }));
        pool.Wake(3);

        done.Wait(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Wake_AfterTheThreadsSlept_StartsThem()
    {
        await using var pool = Create(workers: 2);
        using var done = new SemaphoreSlim(0);
        var source = new Source(0, () => done.Release());
        pool.Add(source);
        for (var i = 0; i < 100; i++)
        {
            source.Give(1);
            pool.Wake(1);
            await done.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Dispose_WithWorkLeft_DoesItFirst()
    {
        var done = 0;
        await using (var pool = Create(workers: 2))
            pool.Add(new Source(50, () => Interlocked.Increment(ref done)));

        Assert.Equal(50, done);
    }

    [Fact(Timeout = 60_000)]
    public async Task Dispose_WhileADecoderHangs_EndsAllTheSame()
    {
        var time = new FakeTimeProvider();
        using var hangs = new ManualResetEventSlim();
        using var started = new ManualResetEventSlim();
        var pool = Create(workers: 1, time);
        pool.Add(new Source(1, () =>
        {
            started.Set();
            hangs.Wait();
        }));
        pool.Wake(1);
        started.Wait(TestContext.Current.CancellationToken);

        var ended = pool.DisposeAsync().AsTask();
        Assert.False(ended.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));
        await ended;

        hangs.Set();
    }

    private static DecodePool Create(int workers, TimeProvider? time = null) => new(Options.Create(new BatchingOptions { DecodeWorkers = workers }), time ?? TimeProvider.System);

    private sealed class Source(int images, Action decode) : IDecodeSource
    {
        private int _left = images;

        public void Give(int images) => Interlocked.Add(ref _left, images);

        public Action? NextDecoding() => Volatile.Read(ref _left) > 0 && Interlocked.Decrement(ref _left) >= 0 ? decode : null;
    }
}
