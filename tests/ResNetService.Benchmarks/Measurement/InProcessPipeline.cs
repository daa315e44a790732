using System.Globalization;
using ResNetService.Benchmarks.Processes;
using ResNetService.Inference;

namespace ResNetService.Benchmarks.Measurement;

/// <summary>The service's pipeline without HTTP: the same loading, batching and classification, called in the process.</summary>
internal sealed record InProcessPipeline(double RequestsPerSecond, double CpuSecondsPerImage)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(120);

    public static Task<InProcessPipeline> InOwnProcessAsync(string modelDirectory, Photographs photographs, int concurrency, int seconds, CancellationToken cancellationToken) => Self.RunAsync<InProcessPipeline>(
        [
            "in-process", modelDirectory, "--list", photographs.ListFile,
            "--concurrency", concurrency.ToString(CultureInfo.InvariantCulture), "--seconds", seconds.ToString(CultureInfo.InvariantCulture),
        ],
        TimeSpan.FromSeconds(seconds) + Slack,
        cancellationToken);

    /// <param name="concurrency">Callers, each of whom asks again when answered.</param>
    /// <exception cref="BenchmarkException">An image has no answer.</exception>
    public static async Task<InProcessPipeline> MeasureAsync(string modelDirectory, IReadOnlyList<byte[]> images, int concurrency, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var inference = await ResNetInference.OpenAsync(modelDirectory);
        await CallAsync(WarmUp);
        var time = TimeProvider.System;
        var (start, cpu) = (time.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var answered = await CallAsync(duration);
        return new(answered / time.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds / answered);

        async Task<int> CallAsync(TimeSpan length)
        {
            var (began, next, count) = (TimeProvider.System.GetTimestamp(), -1, 0);
            await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(
                async () =>
                {
                    while (TimeProvider.System.GetElapsedTime(began) < length)
                    {
                        var image = images[Interlocked.Increment(ref next) % images.Count];
                        var response = await inference.Classifier.ClassifyAsync(new([new(null, image)]), cancellationToken);
                        if (response.Results[0].Error is { } error)
                            throw new BenchmarkException($"an image has no answer: {error.Detail}");
                        Interlocked.Increment(ref count);
                    }
                },
                CancellationToken.None)));
            return count;
        }
    }
}
