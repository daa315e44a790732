using System.CommandLine;
using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Processes;
using ResNetService.Benchmarks.Reports;
using ResNetService.Benchmarks.Servers;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Numerics;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>pipeline</c>: small images over HTTP against the same pipeline without HTTP, as many callers each, on the same cores.</summary>
internal static class PipelineCommand
{
    private const int WarmUpSeconds = 3;

    public static Command Create()
    {
        var subject = new SubjectOptions();
        var concurrency = BenchmarkOptions.Positive("--concurrency", "Callers.", 16);
        var seconds = BenchmarkOptions.Seconds(10);
        var rounds = BenchmarkOptions.Rounds(3);
        var command = subject.Command("pipeline", "Images of 32x32 pixels over HTTP against the in-process pipeline, and the web framework's share of the CPU time.", concurrency, seconds, rounds);
        command.SetAction((parsed, token) => RunAsync(subject.Read(parsed), parsed.GetValue(concurrency), parsed.GetValue(seconds), parsed.GetValue(rounds), token));
        return command;
    }

    private static async Task<int> RunAsync(Subject subject, int concurrency, int seconds, int rounds, CancellationToken cancellationToken)
    {
        using var photographs = Photographs.Read(subject.Images);
        using var small = SmallImages.Of(photographs);
        var model = BenchmarkModel.Find(subject.Models, subject.Model);
        Tools.Require("wrk");
        var published = await PublishedService.FindAsync(subject.Service, cancellationToken);
        var report = await Report.BeginAsync($"HTTP against the in-process pipeline, {subject.Model}, 32x32 pixels, c={concurrency}, {seconds} s each, rounds: {rounds}", cancellationToken);

        var pairs = new List<(LoadCell Http, InProcessPipeline InProcess)>();
        for (var round = 0; round < rounds; round++)
        {
            await Console.Error.WriteLineAsync($"round {round + 1} of {rounds}");
            var inProcess = await InProcessPipeline.InOwnProcessAsync(model.Directory, small.Photographs, concurrency, seconds, cancellationToken);
            using var server = await RunningServer.StartAsync(published.Serving(subject.Models, subject.Model), small.Photographs.Encoded[0], cancellationToken);
            await Wrk.RunAsync(server.Classify, small.Photographs.ListFile, concurrency, WarmUpSeconds, cancellationToken);
            pairs.Add((await LoadMeasurement.ClosedAsync(server, round, small.Photographs, concurrency, seconds, cancellationToken), inProcess));
        }

        report.Add(Table(pairs)).Write(subject.Console, subject.Output);
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
