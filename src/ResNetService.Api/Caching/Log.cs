using System.Net;

namespace ResNetService.Api.Caching;

internal static partial class Log
{
    [LoggerMessage(30, LogLevel.Warning, "An answer could not be kept")]
    public static partial void NotKept(this ILogger logger, Exception exception);

    [LoggerMessage(31, LogLevel.Warning, "Redis at {Server} cannot be reached: answers are computed that it may have")]
    public static partial void RedisIsLost(this ILogger logger, EndPoint? server);

    [LoggerMessage(32, LogLevel.Information, "Redis at {Server} is back")]
    public static partial void RedisIsBack(this ILogger logger, EndPoint? server);
}
