using ResNetService.Inference.Classification;

namespace ResNetService.Api.Uploads;

/// <summary>Wall time in milliseconds of the slowest image in each stage, and of the whole.</summary>
internal sealed record TimingsReply(double DecodeMs, double QueueMs, double InferenceMs, double TotalMs)
{
    public static TimingsReply Of(StageTimings timings) =>
        new(Milliseconds(timings.Decode), Milliseconds(timings.Queue), Milliseconds(timings.Inference), Milliseconds(timings.Total));

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}
