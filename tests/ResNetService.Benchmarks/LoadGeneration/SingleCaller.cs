using ResNetService.Benchmarks.Servers;

namespace ResNetService.Benchmarks.LoadGeneration;

/// <summary>One caller, who sends the next request when it has the answer to the last.</summary>
internal static class SingleCaller
{
    /// <param name="images">Sent in turn.</param>
    /// <param name="warmUp">Requests before those that count.</param>
    /// <exception cref="BenchmarkException">A request failed.</exception>
    public static async Task<IReadOnlyList<TimedReply>> RunAsync(RunningServer server, IReadOnlyList<byte[]> images, int warmUp, int requests, CancellationToken cancellationToken)
    {
        using var client = new LoopbackClient(server.Classify, connections: 1);
        var time = TimeProvider.System;
        var replies = new List<TimedReply>(requests);
        for (var i = -warmUp; i < requests; i++)
        {
            var image = images[(i + warmUp) % images.Count];
            var start = time.GetTimestamp();
            using var response = await client.SendAsync(image, cancellationToken);
            var elapsed = time.GetElapsedTime(start).TotalSeconds;
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (!response.IsSuccessStatusCode)
                throw new BenchmarkException($"a request was answered by {(int)response.StatusCode}: {System.Text.Encoding.UTF8.GetString(body)}");
            if (i >= 0)
                replies.Add(TimedReply.Parse(elapsed, body));
        }

        return replies;
    }
}
