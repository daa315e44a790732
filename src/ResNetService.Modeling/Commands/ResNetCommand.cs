using System.CommandLine;
using System.CommandLine.Parsing;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Evaluation;
using ResNetService.Modeling.Experiments;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Pull;
using ResNetService.Modeling.Quantization;
using ResNetService.Modeling.Training;
using ResNetService.Modeling.Weights;

namespace ResNetService.Modeling.Commands;

/// <summary>The command <c>resnet</c>: its subcommands, its exit codes, and what it says when something is wrong.</summary>
internal static class ResNetCommand
{
    /// <summary>
    /// How long an interrupted command may take to end by itself. Training finishes its step and writes a checkpoint, and a step of a
    /// deep network takes minutes on a CPU.
    /// </summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromMinutes(5);

    /// <summary>0 done, 1 failed, 2 wrongly called, 130 interrupted.</summary>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        var parsed = Create().Parse(arguments);
        if (parsed.Errors.Select(fault => fault.Message).Concat(EmptyWords(parsed)).ToArray() is { Length: > 0 } faults)
        {
            foreach (var fault in faults)
                await error.WriteLineAsync($"resnet: {fault}");
            await error.WriteLineAsync($"resnet: see 'resnet {string.Join(' ', CommandPath(parsed).Append("--help"))}'");
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TerminationTimeout,
            });
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("resnet: interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (IsExplained(e))
        {
            await error.WriteLineAsync($"resnet: {e.Message}");
            return ExitCode.Failure;
        }
    }

    internal static RootCommand Create() => new("Defines, trains, imports, exports and evaluates residual networks for ResNetService.")
    {
        ListCommand.Create(),
        DescribeCommand.Create(),
        PullCommand.Create(),
        ExportCommand.Create(),
        QuantizeCommand.Create(),
        ClassifyCommand.Create(),
        EvaluateCommand.Create(),
        BenchmarkCommand.Create(),
        TrainCommand.Create(),
        ExperimentCommand.Create(),
    };

    /// <summary>Commands from the outermost to the one that was called.</summary>
    private static Stack<string> CommandPath(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result.Command is not RootCommand; result = (CommandResult)result.Parent!)
            names.Push(result.Command.Name);
        return names;
    }

    /// <summary>A shell variable that is not set, most often; nothing here takes an empty text.</summary>
    private static IEnumerable<string> EmptyWords(ParseResult parsed) => parsed.Tokens.Index()
        .Where(word => word.Item.Value.Length == 0)
        .Select(word => word.Index > 0 && parsed.Tokens[word.Index - 1] is { Type: TokenType.Option } option
            ? $"{option.Value} is empty"
            : "an argument is empty");

    /// <summary>Exceptions whose message is written for the user; anything else is a defect of ours and shows its stack.</summary>
    private static bool IsExplained(Exception exception) =>
        exception is CommandException or ExportException or QuantizationException or EvaluationException or TrainingException or ExperimentException
            or WeightException or DownloadException or ManifestException or ServiceException or ModelsException or IOException or UnauthorizedAccessException;
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
