using System.CommandLine;
using ResNetService.Inference.Models;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Weights;

namespace ResNetService.Benchmarks.Commands;

/// <summary>The benchmarks' command line; its exit codes are those of <c>resnet</c>.</summary>
internal static class BenchmarksCommand
{
    /// <summary>Programs that were started end at once.</summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        var parsed = Create().Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var fault in parsed.Errors)
                await error.WriteLineAsync($"benchmarks: {fault.Message}");
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
            await error.WriteLineAsync("benchmarks: interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is BenchmarkException or ManifestException or ModelsException or WeightException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"benchmarks: {e.Message}");
            return ExitCode.Failure;
        }
    }

    internal static RootCommand Create() => new("Measures the service, alone and beside what a user would run instead. docs/performance.md says how each figure is defined.")
    {
        PreprocessingCommand.Create(),
        LoadCommand.Create(),
        MicroCommand.Create(),
        OverheadCommand.Create(),
        OverloadCommand.Create(),
        PipelineCommand.Create(),
        BudgetCommand.Create(),
        SoakCommand.Create(),
        IdleCommand.Create(),
        ScalingCommand.Create(),
        RawCommand.Create(),
        InProcessCommand.Create(),
    };
}
