namespace ResNetService.Modeling.Benchmarking;

/// <summary>Does the same again and again for a while, by several workers at once.</summary>
internal static class TimedRuns
{
    /// <summary>First runs fill caches, wake threads and compile code.</summary>
    private const int WarmUpRuns = 3;

    /// <param name="duration">No run begins after it; every worker runs at least once.</param>
    /// <param name="run">Is given the worker's number, from 0.</param>
    public static async Task<(IReadOnlyList<TimeSpan> Durations, TimeSpan Elapsed)> MeasureAsync(
        int workers, TimeSpan duration, TimeProvider time, Func<int, Task> run, CancellationToken cancellationToken)
    {
        await OnThreads(workers, async worker =>
        {
            for (var i = 0; i < WarmUpRuns; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await run(worker);
            }
        });

        var durations = Enumerable.Range(0, workers).Select(_ => new List<TimeSpan>()).ToArray();
        var start = time.GetTimestamp();
        await OnThreads(workers, async worker =>
        {
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                var begin = time.GetTimestamp();
                await run(worker);
                durations[worker].Add(time.GetElapsedTime(begin));
            }
            while (time.GetElapsedTime(start) < duration);
        });
        return ([.. durations.SelectMany(all => all)], time.GetElapsedTime(start));
    }

    private static Task OnThreads(int workers, Func<int, Task> work) => Task.WhenAll(Enumerable.Range(0, workers).Select(worker =>
        Task.Factory.StartNew(() => work(worker), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
}
