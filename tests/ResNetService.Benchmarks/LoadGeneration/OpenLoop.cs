namespace ResNetService.Benchmarks.LoadGeneration;

/// <summary>
/// Sends requests when they are due, not when the server has answered others, and counts latency from when each was due: a server that
/// stalls is charged for everybody who came meanwhile (no coordinated omission).
/// </summary>
internal static class OpenLoop
{
    /// <summary>Below the 1000 connections that the service accepts.</summary>
    public const int MostConnections = 900;

    /// <param name="images">Sent in turn; one or more.</param>
    /// <param name="schedule">Ascending.</param>
    /// <param name="drain">How long answers are awaited after the last request was due; those that have not come then have no status.</param>
    /// <param name="connections">Requests in flight at most; further ones wait, and their time counts.</param>
    /// <param name="isOver">Whether no more requests are to be sent; null where all are.</param>
    /// <returns>One for each time of the schedule at which a request was sent, in its order.</returns>
    public static async Task<IReadOnlyList<Answer>> RunAsync(
        Uri address, IReadOnlyList<byte[]> images, IReadOnlyList<TimeSpan> schedule, TimeSpan drain, CancellationToken cancellationToken, int connections = MostConnections, Func<bool>? isOver = null)
    {
        if (schedule.Count == 0)
            return [];
        using var client = new LoopbackClient(address, connections);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        late.CancelAfter(schedule[^1] + drain);

        var answers = new List<Task<Answer>>(schedule.Count);
        for (var i = 0; i < schedule.Count && isOver?.Invoke() != true; i++)
        {
            var early = schedule[i] - time.GetElapsedTime(start);
            if (early > TimeSpan.Zero)
                await Task.Delay(early, time, cancellationToken);
            var (due, image) = (schedule[i], images[i % images.Count]);
            answers.Add(Task.Run(() => SendAsync(due, image), CancellationToken.None));
        }

        var all = await Task.WhenAll(answers);
        cancellationToken.ThrowIfCancellationRequested();
        return all;

        async Task<Answer> SendAsync(TimeSpan due, byte[] image)
        {
            try
            {
                using var response = await client.SendAsync(image, late.Token);
                return new(due, time.GetElapsedTime(start) - due, response.StatusCode, response.Headers.RetryAfter is not null);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                return new(due, time.GetElapsedTime(start) - due, null, false);
            }
        }
    }
}
