using Microsoft.Extensions.Options;

namespace ResNetService.Inference.Batching;

/// <summary>A model that has images to decode.</summary>
internal interface IDecodeSource
{
    /// <summary>The decoding of its next image, or null where there is nothing to do or no room for what would be done. Must not block.</summary>
    Action? NextDecoding();
}

/// <summary>
/// The threads that decode, for all models together, so that however many models and requests there are, decoding takes no more
/// cores than it is given. Models take turns, image by image: many images for one delay another's by one image a thread at most.
/// Threads without work sleep.
/// </summary>
internal sealed class DecodePool : IAsyncDisposable
{
    /// <summary>More than any image takes. A decoder that hangs does not hold up the end of the process, with which its thread ends.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly TimeProvider _time;
    private readonly List<IDecodeSource> _sources = [];
    private readonly Task[] _workers;
    private int _turn;
    private bool _ended;

    public DecodePool(IOptions<BatchingOptions> options, TimeProvider time)
    {
        _time = time;
        var count = options.Value.DecodeWorkers > 0 ? options.Value.DecodeWorkers : Environment.ProcessorCount;
        _workers = [.. Enumerable.Range(0, count).Select(_ => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    public void Add(IDecodeSource source)
    {
        lock (_gate)
            _sources.Add(source);
    }

    public void Remove(IDecodeSource source)
    {
        lock (_gate)
            _sources.Remove(source);
    }

    /// <summary>A source may have something to decode. The caller must hold no lock that a source takes.</summary>
    public void Wake(int images)
    {
        lock (_gate)
        {
            if (images == 1)
                Monitor.Pulse(_gate);
            else
                Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Ends the threads once nothing is left to decode.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }

        try
        {
            await Task.WhenAll(_workers).WaitAsync(LongestEnd, _time);
        }
        catch (TimeoutException)
        {
            // Nobody waits for what it decodes any more.
        }
    }

    private void Work()
    {
        while (Next() is { } decode)
            decode();
    }

    private Action? Next()
    {
        lock (_gate)
        {
            while (true)
            {
                for (var i = 0; i < _sources.Count; i++)
                {
                    _turn = (_turn + 1) % _sources.Count;
                    if (_sources[_turn].NextDecoding() is { } decode)
                        return decode;
                }

                if (_ended)
                    return null;
                Monitor.Wait(_gate);
            }
        }
    }
}
