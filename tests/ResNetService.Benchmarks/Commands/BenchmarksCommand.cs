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

        return await Invocation.RunAsync("benchmarks", parsed, output, error, TerminationTimeout, IsExplained);
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
        SwapCommand.Create(),
        StopCommand.Create(),
        KillCommand.Create(),
        IdleCommand.Create(),
        ScalingCommand.Create(),
        CapacityCommand.Create(),
        RawCommand.Create(),
        InProcessCommand.Create(),
    };

    private static bool IsExplained(Exception exception) =>
        exception is BenchmarkException or ManifestException or ModelsException or WeightException or IOException or UnauthorizedAccessException;
}
