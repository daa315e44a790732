using System.CommandLine;
using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Processes;
using ResNetService.Benchmarks.Reports;
using ResNetService.Benchmarks.Servers;
using ResNetService.Modeling.Commands;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>pipeline</c>: small images over HTTP against the same pipeline without HTTP, as many callers each, on the same cores.</summary>
internal static class PipelineCommand
{
    private const int WarmUpSeconds = 3;

    public static Command Create()
    {
        var models = BenchmarkOptions.Models();
        var model = BenchmarkOptions.Model();
        var images = BenchmarkOptions.Images();
        var concurrency = BenchmarkOptions.Positive("--concurrency", "Callers.", 16);
        var seconds = BenchmarkOptions.Seconds(10);
        var rounds = BenchmarkOptions.Rounds(3);
        var service = BenchmarkOptions.Service();
        var output = BenchmarkOptions.Output();
        var command = new Command("pipeline", "Images of 32x32 pixels over HTTP against the in-process pipeline, and the web framework's share of the CPU time.")
        {
            models, model, images, concurrency, seconds, rounds, service, output,
        };
        command.SetAction((parsed, token) => RunAsync(
            parsed.InvocationConfiguration.Output, parsed.GetRequiredValue(models), parsed.GetRequiredValue(model), parsed.GetRequiredValue(images), parsed.GetValue(concurrency),
            parsed.GetValue(seconds), parsed.GetValue(rounds), parsed.GetValue(service), parsed.GetValue(output), token));
        return command;
    }

    private static async Task<int> RunAsync(
        TextWriter console, string models, string modelName, string folder, int concurrency, int seconds, int rounds, string? service, string? output, CancellationToken cancellationToken)
    {
        using var photographs = Photographs.Read(folder);
        using var small = SmallImages.Of(photographs);
        var model = BenchmarkModel.Find(models, modelName);
        Tools.Require("wrk");
        var published = await PublishedService.FindAsync(service, cancellationToken);
        var report = await Report.BeginAsync($"HTTP against the in-process pipeline, {modelName}, 32x32 pixels, c={concurrency}, {seconds} s each, rounds: {rounds}", cancellationToken);

        var pairs = new List<(LoadCell Http, InProcessPipeline InProcess)>();
        for (var round = 0; round < rounds; round++)
        {
            await Console.Error.WriteLineAsync($"round {round + 1} of {rounds}");
            var inProcess = await InProcessPipeline.InOwnProcessAsync(model.Directory, small.Photographs, concurrency, seconds, cancellationToken);
            using var server = await RunningServer.StartAsync(published.Serving(models, modelName), small.Photographs.Encoded[0], cancellationToken);
            await Wrk.RunAsync(server.Classify, small.Photographs.ListFile, concurrency, WarmUpSeconds, cancellationToken);
            pairs.Add((await LoadMeasurement.ClosedAsync(server, round, small.Photographs, concurrency, seconds, cancellationToken), inProcess));
        }

        report.Add(Table(pairs)).Write(console, output);
        return ExitCode.Success;
    }

    private static MarkdownTable Table(IReadOnlyList<(LoadCell Http, InProcessPipeline InProcess)> pairs)
    {
        var table = new MarkdownTable("what", "req/s", "CPU µs/image");
        table.Add("in-process pipeline", Show.Rate(Median(pair => pair.InProcess.RequestsPerSecond)), Show.Microseconds(Median(pair => pair.InProcess.CpuSecondsPerImage)));
        table.Add("HTTP", Show.Rate(Median(pair => pair.Http.RequestsPerSecond)), Show.Microseconds(Median(pair => pair.Http.CpuSecondsPerImage)));
        table.Add(
            "HTTP to in-process", Show.Ratio(Median(pair => pair.Http.RequestsPerSecond / pair.InProcess.RequestsPerSecond)),
            Show.Ratio(Median(pair => pair.Http.CpuSecondsPerImage / pair.InProcess.CpuSecondsPerImage)));
        table.Add("the web framework's share", "", Show.Percent(Median(pair => 1 - (pair.InProcess.CpuSecondsPerImage / pair.Http.CpuSecondsPerImage))));
        return table;

        double Median(Func<(LoadCell Http, InProcessPipeline InProcess), double> figure) => Distribution.Median(pairs.Select(figure));
    }
}
