using Microsoft.Extensions.Logging;

namespace ResNetService.Inference.Batching;

internal static partial class Log
{
    [LoggerMessage(20, LogLevel.Error, "An image could not be decoded, by a defect of the service")]
    public static partial void DecodeFailed(this ILogger logger, Exception exception);

    [LoggerMessage(21, LogLevel.Error, "The run of a batch of {Images} failed")]
    public static partial void RunFailed(this ILogger logger, Exception exception, int images);
}
