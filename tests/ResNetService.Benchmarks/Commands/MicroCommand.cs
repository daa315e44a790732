using System.CommandLine;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;
using ResNetService.Benchmarks.Reports;
using ResNetService.Modeling.Commands;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>micro</c>: single steps, by BenchmarkDotNet.</summary>
internal static class MicroCommand
{
    // Enough on a quiet machine. On another, more of them would only take longer.
    private const int MostIterations = 20;
    private const int MostWarmUps = 10;

    private static readonly TimeInterval Iteration = TimeInterval.FromMilliseconds(250);

    public static Command Create()
    {
        var filter = new Argument<string>("FILTER") { Description = "Which benchmarks, *Decode*; by default all.", DefaultValueFactory = _ => "*" };
        var output = BenchmarkOptions.Output();
        var command = new Command("micro", "Decoding, resampling, normalisation, softmax, the best classes and the reply's JSON, each alone.") { filter, output };
        command.SetAction((parsed, token) => RunAsync(parsed.InvocationConfiguration.Output, parsed.GetRequiredValue(filter), parsed.GetValue(output), token));
        return command;
    }

    private static async Task<int> RunAsync(TextWriter console, string filter, string? output, CancellationToken cancellationToken)
    {
        var report = await Report.BeginAsync("Single steps", cancellationToken);
        var summaries = await Task.Run(
            () => BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(["--filter", filter], Configuration()).ToArray(), CancellationToken.None);
        var cases = summaries.SelectMany(summary => summary.Reports).ToArray();
        if (cases.Length == 0)
            throw new BenchmarkException($"no benchmark is named like '{filter}'");
        if (cases.Where(one => !one.Success).Select(one => one.BenchmarkCase.DisplayInfo).ToArray() is { Length: > 0 } failed)
            throw new BenchmarkException($"these benchmarks failed; their log is above: {string.Join(", ", failed)}");
        report.Add(Table(cases)).Write(console, output);
        return ExitCode.Success;
    }

    /// <summary>In this process: BenchmarkDotNet's own projects are built for another layout of output folders than this repository's.</summary>
    private static ManualConfig Configuration() => ManualConfig.CreateEmpty()
        .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithIterationTime(Iteration).WithMaxWarmupCount(MostWarmUps).WithMaxIterationCount(MostIterations))
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddLogger(new StandardErrorLogger())
        .WithArtifactsPath(Path.Combine(Checkout.Root, "artifacts", "benchmarks", "micro"));

    private static MarkdownTable Table(IEnumerable<BenchmarkReport> cases)
    {
        var table = new MarkdownTable("step", "input", "mean µs", "± (99.9 %)", "allocated bytes");
        foreach (var one in cases)
        {
            var statistics = one.ResultStatistics!;
            table.Add(
                one.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\''),
                one.BenchmarkCase.Parameters.Items.Count == 0 ? "" : string.Join(", ", one.BenchmarkCase.Parameters.Items.Select(parameter => parameter.Value)),
                Show.Number(statistics.Mean / 1e3, "F2"),
                Show.Number(statistics.ConfidenceInterval.Margin / 1e3, "F2"),
                Show.Number(one.GcStats.GetBytesAllocatedPerOperation(one.BenchmarkCase), "F0"));
        }

        return table;
    }

    /// <summary>Standard output is the report's.</summary>
    private sealed class StandardErrorLogger : ILogger
    {
        public string Id => nameof(StandardErrorLogger);

        public int Priority => 0;

        public void Write(LogKind logKind, string text) => Console.Error.Write(text);

        public void WriteLine() => Console.Error.WriteLine();

        public void WriteLine(LogKind logKind, string text) => Console.Error.WriteLine(text);

        public void Flush() => Console.Error.Flush();
    }
}
