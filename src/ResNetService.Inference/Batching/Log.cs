using Microsoft.Extensions.Logging;

namespace ResNetService.Inference.Batching;

internal static partial class Log
{
    [LoggerMessage(20, LogLevel.Error, "An image could not be decoded, by a defect of the service")]
    public static partial void DecodeFailed(this ILogger logger, Exception exception);

    [LoggerMessage(23, LogLevel.Error, "The run of a batch of {Images} hangs since {Seconds:F0} s and is given up; another runner takes its place: {IsReplaced}")]
    public static partial void RunHangs(this ILogger logger, int images, double seconds, bool isReplaced);

    [LoggerMessage(24, LogLevel.Warning, "A run that was given up has come back after {Seconds:F0} s")]
    public static partial void RunCameBack(this ILogger logger, double seconds);

    [LoggerMessage(21, LogLevel.Error, "The run of a batch of {Images} failed")]
    public static partial void RunFailed(this ILogger logger, Exception exception, int images);
}
