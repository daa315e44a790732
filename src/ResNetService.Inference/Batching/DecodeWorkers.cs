using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace ResNetService.Inference.Batching;

/// <summary>
/// The tasks that decode, for all models together, so that however many models and requests there are, decoding takes no more
/// cores than it is given. Jobs are taken in the order in which they came; each batcher bounds how many it has here.
/// </summary>
internal sealed class DecodeWorkers : IAsyncDisposable
{
    private readonly Channel<Action> _jobs = Channel.CreateUnbounded<Action>();
    private readonly Task[] _workers;

    public DecodeWorkers(IOptions<BatchingOptions> options)
    {
        var count = options.Value.DecodeWorkers > 0 ? options.Value.DecodeWorkers : Environment.ProcessorCount;
        _workers = [.. Enumerable.Range(0, count).Select(_ => Task.Run(WorkAsync))];
    }

    /// <param name="job">Must not throw.</param>
    public void Enqueue(Action job) => _jobs.Writer.TryWrite(job);

    /// <summary>Does what is queued, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _jobs.Writer.TryComplete();
        await Task.WhenAll(_workers);
    }

    private async Task WorkAsync()
    {
        await foreach (var job in _jobs.Reader.ReadAllAsync())
            job();
    }
}
