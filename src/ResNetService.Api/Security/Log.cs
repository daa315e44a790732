namespace ResNetService.Api.Security;

internal static partial class Log
{
    [LoggerMessage(40, LogLevel.Information, "The keys have changed: {Count} are valid")]
    public static partial void KeysReloaded(this ILogger logger, int count);

    public static void KeysKept(this ILogger logger, IEnumerable<string> faults) => logger.KeysKept(string.Join(' ', faults));

    [LoggerMessage(41, LogLevel.Error, "The configuration has changed and is not valid; the keys before hold, if there were any. {Faults}")]
    private static partial void KeysKept(this ILogger logger, string faults);

    [LoggerMessage(42, LogLevel.Warning, "Whoever reaches the service may classify: neither keys nor tokens are configured")]
    public static partial void OpenToAll(this ILogger logger);

    [LoggerMessage(43, LogLevel.Information, "Callers are asked for a key or a token: {Keys} keys are valid, tokens are {Tokens}")]
    public static partial void CallersAsked(this ILogger logger, int keys, string tokens);
}
