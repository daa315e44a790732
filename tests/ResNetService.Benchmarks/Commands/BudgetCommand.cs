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
        var models = BenchmarkOptions.Models();
        var model = BenchmarkOptions.Model();
        var images = BenchmarkOptions.Images();
        var requests = BenchmarkOptions.Positive("--requests", "Requests of the single caller.", 1000);
        var concurrency = BenchmarkOptions.Positive("--concurrency", "Connections of the loaded service.", 16);
        var seconds = BenchmarkOptions.Seconds(15);
        var service = BenchmarkOptions.Service();
        var output = BenchmarkOptions.Output();
        var command = new Command("budget", "Where the time goes: wall time of a single caller's request, and CPU time of an image under load, each by stages that add up.")
        {
            models, model, images, requests, concurrency, seconds, service, output,
        };
        command.SetAction((parsed, token) => RunAsync(
            parsed.InvocationConfiguration.Output, parsed.GetRequiredValue(models), parsed.GetRequiredValue(model), parsed.GetRequiredValue(images), parsed.GetValue(requests),
            parsed.GetValue(concurrency), parsed.GetValue(seconds), parsed.GetValue(service), parsed.GetValue(output), token));
        return command;
    }

    private static async Task<int> RunAsync(
        TextWriter console, string models, string modelName, string folder, int requests, int concurrency, int seconds, string? service, string? output, CancellationToken cancellationToken)
    {
        using var photographs = Photographs.Read(folder);
        var model = BenchmarkModel.Find(models, modelName);
        var published = await PublishedService.FindAsync(service, cancellationToken);
        var report = await Report.BeginAsync($"Where the time goes, {modelName} {model.Precision}, {photographs.Paths.Count} photographs", cancellationToken);

        var decode = PreprocessingCost.MeasureDecode(photographs.Encoded, Decoders.Default);
        var baseline = await Baseline.MeasureAsync(model, photographs, seconds, cancellationToken);
        using var server = await RunningServer.StartAsync(published.Serving(models, modelName), photographs.Encoded[0], cancellationToken);
        var replies = await SingleCaller.RunAsync(server, photographs.Encoded, WarmUp, requests, cancellationToken);
        var loaded = await LoadMeasurement.ClosedAsync(server, 0, photographs, concurrency, seconds, cancellationToken);

        report.Add("Wall time of a request at c=1, mean:", "").Add(TimeBudget.OfOneCaller(replies, decode, baseline).Table("stage", "wall µs"));
        report.Add($"CPU time of an image at c={concurrency}:", "").Add(TimeBudget.UnderLoad(loaded, decode, baseline).Table("stage", "CPU µs"));
        report.Write(console, output);
        return ExitCode.Success;
    }
}
