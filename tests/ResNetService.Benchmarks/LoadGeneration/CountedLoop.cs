namespace ResNetService.Benchmarks.LoadGeneration;

/// <summary>A closed loop of so many requests, each of which must have its answer.</summary>
internal static class CountedLoop
{
    /// <param name="image">The body of request i.</param>
    /// <param name="answered">Told how many have been answered, by any of the callers.</param>
    /// <param name="isOver">Whether no more are to be sent; null where all are.</param>
    /// <returns>How many were sent.</returns>
    /// <exception cref="BenchmarkException">A request failed.</exception>
    public static async Task<int> RunAsync(
        Uri address, int requests, int concurrency, Func<int, byte[]> image, Action<int> answered, CancellationToken cancellationToken, Func<bool>? isOver = null)
    {
        using var client = new LoopbackClient(address, concurrency);
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (next, done) = (-1, 0);
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(CallAsync, CancellationToken.None)));
        return done;

        async Task CallAsync()
        {
            while (isOver?.Invoke() != true && Interlocked.Increment(ref next) is var i && i < requests)
            {
                using var response = await client.SendAsync(image(i), failed.Token);
                if (!response.IsSuccessStatusCode)
                {
                    await failed.CancelAsync();
                    throw new BenchmarkException($"request {i} was answered by {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
                }

                answered(Interlocked.Increment(ref done));
            }
        }
    }
}
