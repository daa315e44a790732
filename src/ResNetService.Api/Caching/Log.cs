namespace ResNetService.Api.Caching;

internal static partial class Log
{
    [LoggerMessage(30, LogLevel.Warning, "An answer could not be kept")]
    public static partial void NotKept(this ILogger logger, Exception exception);
}
