namespace ResNetService.Api.Hosting;

internal static partial class Log
{
    [LoggerMessage(50, LogLevel.Information, "A caller did not take its answer in the time that it has for it, and was ended")]
    public static partial void AnswerNotTaken(this ILogger logger);
}
