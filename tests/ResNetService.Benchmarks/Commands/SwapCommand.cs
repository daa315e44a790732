using System.CommandLine;
using System.Globalization;
using System.Text.Json;
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

    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan BetweenSwaps = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var subject = new SubjectOptions();
        var swaps = BenchmarkOptions.Positive("--swaps", "How many new versions come.", 50);
        var seconds = BenchmarkOptions.Seconds(20);
        var command = subject.Command("swap", "Open loop, Poisson, at half the saturated throughput while new versions of the model come: what became of each request, and p99 during swaps against before; fails where a request does.", swaps, seconds);
        command.SetAction((parsed, token) => RunAsync(subject.Read(parsed), parsed.GetValue(swaps), parsed.GetValue(seconds), token));
        return command;
    }

    private static async Task<int> RunAsync(Subject subject, int swaps, int seconds, CancellationToken cancellationToken)
    {
        using var photographs = Photographs.Read(subject.Images);
        using var repository = new GrowingRepository(subject.Model, BenchmarkModel.Find(subject.Models, subject.Model));
        var published = await PublishedService.FindAsync(subject.Service, cancellationToken);
        var report = await Report.BeginAsync($"{swaps} new versions under half load, {subject.Model}", cancellationToken);
        using var server = await RunningServer.StartAsync(published.Serving(repository.Path, subject.Model, "Models:WatchInterval=00:00:00.1"), photographs.Encoded[0], cancellationToken);
        var saturated = (await Wrk.RunAsync(server.Classify, photographs.ListFile, SaturatingConnections, seconds, cancellationToken)).RequestsPerSecond;
        var rate = Load * saturated;

        var quiet = await LoadAsync(seconds, seed: 1);
        var windows = new List<(TimeSpan From, TimeSpan To)>();
        var isOver = false;
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        // Longer than all swaps take; what is not sent when they are over is not sent.
        var loaded = LoadAsync((int)(swaps * 4 * BetweenSwaps.TotalSeconds), seed: 2, () => Volatile.Read(ref isOver));
        for (var i = 0; i < swaps; i++)
        {
            await Task.Delay(BetweenSwaps, time, cancellationToken);
            var from = time.GetElapsedTime(start);
            repository.Add();
            await UntilServedAsync(server, repository.Version, cancellationToken);
            windows.Add((from, time.GetElapsedTime(start)));
        }

        Volatile.Write(ref isOver, true);
        var answers = await loaded;
        var during = answers.Where(answer => windows.Any(window => answer.Due < window.To && answer.AnsweredAt > window.From)).ToArray();
        report.Add(RequestCounts.Table(("before", CountsOf(quiet)), ($"{swaps} swaps", CountsOf(answers)), ("of these, during a swap", CountsOf(during))));
        var table = new MarkdownTable("latency, ms", "p50", "p95", "p99", "p99 to before");
        Add(table, "before", quiet, quiet);
        Add(table, "during a swap", during, quiet);
        report.Add(table).Add($"A swap, from the files to the answers: median {Distribution.Median(windows.Select(window => (window.To - window.From).TotalSeconds)):F2} s. Rate {rate:F1}/s of {saturated:F1}/s.")
            .Write(subject.Console, subject.Output);
        return answers.All(answer => answer.IsSuccess) ? ExitCode.Success : ExitCode.Failure;

        Task<IReadOnlyList<Answer>> LoadAsync(int duration, int seed, Func<bool>? isOver = null) => OpenLoop.RunAsync(
            server.Classify, photographs.Encoded, ArrivalSchedule.Poisson(rate, TimeSpan.FromSeconds(duration), seed), Drain, cancellationToken, isOver: isOver);
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

    private static async Task UntilServedAsync(RunningServer server, int version, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        using var poll = new PeriodicTimer(Poll);
        while (await poll.WaitForNextTickAsync(cancellationToken))
        {
            using var reply = JsonDocument.Parse(await client.GetStringAsync(new Uri(server.Address, "/models"), cancellationToken));
            if (reply.RootElement.GetProperty("models").EnumerateArray().Any(model =>
                model.GetProperty("version").GetString() == version.ToString(CultureInfo.InvariantCulture) && model.GetProperty("state").GetString() == "ready"))
                return;
        }
    }
}
