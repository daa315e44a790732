using System.CommandLine;
using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Reports;
using ResNetService.Benchmarks.Servers;
using ResNetService.Modeling.Commands;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>budget</c>: where the time of a request goes, stage by stage.</summary>
internal static class BudgetCommand
{
    private const int WarmUp = 200;

    public static Command Create()
    {
        var subject = new SubjectOptions();
        var requests = BenchmarkOptions.Positive("--requests", "Requests of the single caller.", 1000);
        var concurrency = BenchmarkOptions.Positive("--concurrency", "Connections of the loaded service.", 16);
        var seconds = BenchmarkOptions.Seconds(15);
        var command = subject.Command("budget", "Where the time goes: wall time of a single caller's request, and CPU time of an image under load, each by stages that add up.", requests, concurrency, seconds);
        command.SetAction((parsed, token) => RunAsync(subject.Read(parsed), parsed.GetValue(requests), parsed.GetValue(concurrency), parsed.GetValue(seconds), token));
        return command;
    }

    private static async Task<int> RunAsync(Subject subject, int requests, int concurrency, int seconds, CancellationToken cancellationToken)
    {
        using var photographs = Photographs.Read(subject.Images);
        var model = BenchmarkModel.Find(subject.Models, subject.Model);
        var published = await PublishedService.FindAsync(subject.Service, cancellationToken);
        var report = await Report.BeginAsync($"Where the time goes, {subject.Model} {model.Precision}, {photographs.Paths.Count} photographs", cancellationToken);

        var decode = PreprocessingCost.MeasureDecode(photographs.Encoded, Decoders.Default);
        var baseline = await Baseline.MeasureAsync(model, photographs, seconds, cancellationToken);
        using var server = await RunningServer.StartAsync(published.Serving(subject.Models, subject.Model), photographs.Encoded[0], cancellationToken);
        var replies = await SingleCaller.RunAsync(server, photographs.Encoded, WarmUp, requests, cancellationToken);
        var loaded = await LoadMeasurement.ClosedAsync(server, 0, photographs, concurrency, seconds, cancellationToken);

        report.Add("Wall time of a request at c=1, mean:", "").Add(TimeBudget.OfOneCaller(replies, decode, baseline).Table("stage", "wall µs"));
        report.Add($"CPU time of an image at c={concurrency}:", "").Add(TimeBudget.UnderLoad(loaded, decode, baseline).Table("stage", "CPU µs"));
        report.Write(subject.Console, subject.Output);
        return ExitCode.Success;
    }
}
