namespace ResNetService.Benchmarks.Servers;

/// <summary>Waits for what tells nobody when it comes.</summary>
internal static class Polling
{
    /// <summary>Asks whether it has come, again and again.</summary>
    /// <param name="between">Two questions.</param>
    /// <param name="fault">What the exception says where it has not.</param>
    /// <exception cref="BenchmarkException">It has not come in time.</exception>
    public static async Task UntilAsync(Func<CancellationToken, Task<bool>> hasCome, TimeSpan between, TimeSpan longest, Func<string> fault, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(longest);
        using var poll = new PeriodicTimer(between);
        try
        {
            while (!await hasCome(limit.Token))
                await poll.WaitForNextTickAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BenchmarkException(fault());
        }
    }
}
