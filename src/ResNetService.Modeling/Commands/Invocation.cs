using System.CommandLine;

namespace ResNetService.Modeling.Commands;

/// <summary>How programs with commands end: with which exit code, and what they say.</summary>
internal static class Invocation
{
    /// <param name="program">Its name, which every message begins with.</param>
    /// <param name="parsed">Without faults.</param>
    /// <param name="terminationTimeout">How long an interrupted command may take to end by itself.</param>
    /// <param name="isExplained">Whether an exception's message is written for the user; any other is a defect and shows its stack.</param>
    public static async Task<int> RunAsync(
        string program, ParseResult parsed, TextWriter output, TextWriter error, TimeSpan terminationTimeout, Predicate<Exception> isExplained)
    {
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = terminationTimeout,
            });
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync($"{program}: interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (isExplained(e))
        {
            await error.WriteLineAsync($"{program}: {e.Message}");
            return ExitCode.Failure;
        }
    }
}

internal static class ExitCode
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 2;
    public const int Interrupted = 130;
}

/// <summary>A command cannot do what it was asked; the message says why and what would work.</summary>
internal sealed class CommandException(string message, Exception? innerException = null) : Exception(message, innerException);
