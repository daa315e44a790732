using System.CommandLine;
using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Reliability;
using ResNetService.Benchmarks.Reports;
using ResNetService.Benchmarks.Servers;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Numerics;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>swap</c>: whether callers notice that versions of a model take each other's place.</summary>
internal static class SwapCommand
{
    private const int SaturatingConnections = 8;
    private const double Load = 0.5;

    /// <summary>Files have settled when two looks see the same: nearly all of a swap is the load.</summary>
    private const string WatchInterval = "Models:WatchInterval=00:00:00.1";

    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(20);

    /// <summary>Till the version before is gone, and the next one written.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(1);

    /// <summary>What is compared with the swap that follows: the speed of a machine that others share may be another a minute later.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(4);

    public static Command Create()
    {
        var subject = new SubjectOptions();
        var swaps = BenchmarkOptions.Positive("--swaps", "How many new versions come.", 50);
        var seconds = BenchmarkOptions.Positive("--seconds", "How long the saturated throughput is measured.", 20);
        var command = subject.Command("swap", "Open loop, Poisson, at half the saturated throughput while new versions of the model come: what became of each request, and p99 during swaps against the seconds before each; fails where a request does.", swaps, seconds);
        command.SetAction((parsed, token) => RunAsync(subject.Read(parsed), parsed.GetValue(swaps), parsed.GetValue(seconds), token));
        return command;
    }

    private static async Task<int> RunAsync(Subject subject, int swaps, int seconds, CancellationToken cancellationToken)
    {
        using var photographs = Photographs.Read(subject.Images);
        using var repository = new GrowingRepository(subject.Model, BenchmarkModel.Find(subject.Models, subject.Model));
        var published = await PublishedService.FindAsync(subject.Service, cancellationToken);
        var report = await Report.BeginAsync($"{swaps} new versions under half load, {subject.Model}", cancellationToken);
        using var server = await RunningServer.StartAsync(published.Serving(repository.Path, subject.Model, WatchInterval), photographs.Encoded[0], cancellationToken);
        var saturated = (await Wrk.RunAsync(server.Classify, photographs.ListFile, SaturatingConnections, seconds, cancellationToken)).RequestsPerSecond;
        var rate = Load * saturated;

        var (calms, windows) = (new List<(TimeSpan From, TimeSpan To)>(), new List<(TimeSpan From, TimeSpan To)>());
        var isOver = false;
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        // Longer than all swaps take; what is not sent when they are over is not sent.
        var longest = swaps * 3 * (Afterwards + Before);
        var loaded = OpenLoop.RunAsync(
            server.Classify, photographs.Encoded, ArrivalSchedule.Poisson(rate, longest, seed: 1), Drain, cancellationToken, isOver: () => Volatile.Read(ref isOver));
        for (var i = 0; i < swaps; i++)
        {
            // The cores that this takes are not the service's doing, nor is it part of a swap.
            repository.Stage();
            await Task.Delay(Afterwards, time, cancellationToken);
            var calm = time.GetElapsedTime(start);
            await Task.Delay(Before, time, cancellationToken);
            var from = time.GetElapsedTime(start);
            calms.Add((calm, from));
            await repository.AddAsync(server, cancellationToken);
            windows.Add((from, time.GetElapsedTime(start)));
        }

        if (time.GetElapsedTime(start) > longest)
            throw new BenchmarkException($"{swaps} swaps took longer than the {longest.TotalSeconds:F0} s for which there were requests");
        Volatile.Write(ref isOver, true);
        var answers = await loaded;
        var during = answers.Where(answer => windows.Any(window => answer.Due < window.To && answer.AnsweredAt > window.From)).ToArray();
        var before = answers.Except(during).Where(answer => calms.Any(calm => answer.Due >= calm.From && answer.Due < calm.To)).ToArray();
        report.Add(RequestCounts.Table(
            ($"{swaps} swaps", CountsOf(answers)), ("of these, before a swap", CountsOf(before)), ("during a swap", CountsOf(during))));
        var table = new MarkdownTable("latency, ms", "p50", "p95", "p99", "p99 to before");
        Add(table, "before a swap", before, before);
        Add(table, "during a swap", during, before);
        report.Add(table).Add($"A swap, from the files to the answers: median {Distribution.Median(windows.Select(window => (window.To - window.From).TotalSeconds)):F2} s. Rate {rate:F1}/s of {saturated:F1}/s.")
            .Write(subject.Console, subject.Output);
        return answers.All(answer => answer.IsSuccess) ? ExitCode.Success : ExitCode.Failure;
    }

    private static RequestCounts CountsOf(IReadOnlyCollection<Answer> answers) => new(
        answers.Count(answer => answer.IsSuccess), answers.Count(answer => answer is { Status: not null, IsSuccess: false }), 0, answers.Count(answer => answer.Status is null));

    private static void Add(MarkdownTable table, string what, IEnumerable<Answer> answers, IEnumerable<Answer> before)
    {
        double[] seconds = [.. answers.Where(answer => answer.IsSuccess).Select(answer => answer.Latency.TotalSeconds)];
        var p99 = Distribution.Percentile(seconds, 0.99);
        table.Add(
            what, Show.Milliseconds(Distribution.Percentile(seconds, 0.5)), Show.Milliseconds(Distribution.Percentile(seconds, 0.95)), Show.Milliseconds(p99),
            Show.Ratio(p99 / Distribution.Percentile([.. before.Where(answer => answer.IsSuccess).Select(answer => answer.Latency.TotalSeconds)], 0.99)));
    }
}
