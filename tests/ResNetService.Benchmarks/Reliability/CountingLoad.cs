using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Servers;

namespace ResNetService.Benchmarks.Reliability;

/// <summary>Callers who each send the next request when they know what became of the last, and keep their connections.</summary>
internal sealed class CountingLoad : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly LoopbackClient _client;
    private readonly CancellationTokenSource _end;
    private readonly IReadOnlyList<byte[]> _images;
    private readonly Task _callers;
    private long _answered, _refused, _notConnected, _lost, _next;
    private volatile bool _leavesWhenNotConnected;

    private CountingLoad(Uri address, IReadOnlyList<byte[]> images, int callers, CancellationToken cancellationToken)
    {
        (_client, _images, _end) = (new(address, callers), images, CancellationTokenSource.CreateLinkedTokenSource(cancellationToken));
        _callers = Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(CallAsync, CancellationToken.None)));
    }

    public RequestCounts Counts => new(Interlocked.Read(ref _answered), Interlocked.Read(ref _refused), Interlocked.Read(ref _notConnected), Interlocked.Read(ref _lost));

    public static CountingLoad Start(Uri address, IReadOnlyList<byte[]> images, int callers, CancellationToken cancellationToken) => new(address, images, callers, cancellationToken);

    /// <summary>Ends when so many more requests have been answered, however.</summary>
    /// <exception cref="BenchmarkException">They are not, in a minute.</exception>
    public Task UntilMoreAsync(int requests, CancellationToken cancellationToken)
    {
        var wanted = Counts.Sent + requests;
        return Polling.UntilAsync(
            _ => Task.FromResult(Counts.Sent >= wanted), Poll, LongestWait, () => $"{requests} requests have not been answered within {LongestWait.TotalSeconds:F0} s; so far: {Counts}", cancellationToken);
    }

    /// <summary>Each caller goes when it finds nobody listening. Ends when all have gone.</summary>
    public Task UntilNobodyListensAsync()
    {
        _leavesWhenNotConnected = true;
        return _callers;
    }

    /// <summary>Each caller goes when it has its answer.</summary>
    public async Task<RequestCounts> StopAsync()
    {
        await _end.CancelAsync();
        await _callers;
        return Counts;
    }

    public void Dispose()
    {
        _end.Cancel();
        _client.Dispose();
        _end.Dispose();
    }

    private async Task CallAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var response = await _client.SendAsync(_images[(int)(Interlocked.Increment(ref _next) % _images.Count)], CancellationToken.None);
                Interlocked.Increment(ref response.IsSuccessStatusCode ? ref _answered : ref _refused);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError)
            {
                Interlocked.Increment(ref _notConnected);
                if (_leavesWhenNotConnected)
                    return;
            }
            catch (HttpRequestException)
            {
                Interlocked.Increment(ref _lost);
            }
        }
    }
}
