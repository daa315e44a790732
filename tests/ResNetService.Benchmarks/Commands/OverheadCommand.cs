using System.CommandLine;
using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Reports;
using ResNetService.Benchmarks.Servers;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Numerics;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>overhead</c>: the latency that serving adds for a single caller.</summary>
internal static class OverheadCommand
{
    private const int WarmUp = 500;

    public static Command Create()
    {
        var subject = new SubjectOptions();
        var requests = BenchmarkOptions.Positive("--requests", "Requests of each round.", 2000);
        var rounds = BenchmarkOptions.Rounds(3);
        var command = subject.Command("overhead", "One caller: its time less the decode and inference times that the same reply states.", requests, rounds);
        command.SetAction((parsed, token) => RunAsync(subject.Read(parsed), parsed.GetValue(requests), parsed.GetValue(rounds), token));
        return command;
    }

    private static async Task<int> RunAsync(Subject subject, int requests, int rounds, CancellationToken cancellationToken)
    {
        using var photographs = Photographs.Read(subject.Images);
        using var small = SmallImages.Of(photographs);
        var published = await PublishedService.FindAsync(subject.Service, cancellationToken);
        var report = await Report.BeginAsync($"Latency added at c=1, {subject.Model}, {requests} requests, rounds: {rounds}", cancellationToken);
        var sets = new[] { ("photographs", photographs), ("32x32 pixels", small.Photographs) };

        var replies = sets.Select(_ => new List<IReadOnlyList<TimedReply>>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            await Console.Error.WriteLineAsync($"round {round + 1} of {rounds}");
            using var server = await RunningServer.StartAsync(published.Serving(subject.Models, subject.Model), photographs.Encoded[0], cancellationToken);
            foreach (var (measured, (_, images)) in replies.Zip(sets))
                measured.Add(await SingleCaller.RunAsync(server, images.Encoded, WarmUp, requests, cancellationToken));
        }

        var table = new MarkdownTable("images", "added p50 ms", "added p99 ms", "client p50 ms", "client p99 ms", "decode p50 ms", "inference p50 ms");
        foreach (var (measured, (name, _)) in replies.Zip(sets))
        {
            table.Add(
                name, At(measured, 0.5, reply => reply.Overhead), At(measured, 0.99, reply => reply.Overhead), At(measured, 0.5, reply => reply.Client),
                At(measured, 0.99, reply => reply.Client), At(measured, 0.5, reply => reply.Decode), At(measured, 0.5, reply => reply.Inference));
        }

        report.Add(table).Write(subject.Console, subject.Output);
        return ExitCode.Success;
    }

    /// <summary>The median over the rounds of the rounds' percentile.</summary>
    private static string At(IEnumerable<IReadOnlyList<TimedReply>> rounds, double fraction, Func<TimedReply, double> figure) =>
        Show.Number(1e3 * Distribution.Median(rounds.Select(replies => Distribution.Percentile(replies.Select(figure), fraction))), "F3");
}
