using System.CommandLine;
using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Reports;
using ResNetService.Benchmarks.Servers;
using ResNetService.Modeling.Commands;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>overhead</c>: the latency that serving adds for a single caller.</summary>
internal static class OverheadCommand
{
    private const int WarmUp = 500;

    public static Command Create()
    {
        var models = BenchmarkOptions.Models();
        var model = BenchmarkOptions.Model();
        var images = BenchmarkOptions.Images();
        var requests = BenchmarkOptions.Positive("--requests", "Requests of each round.", 2000);
        var rounds = BenchmarkOptions.Rounds(3);
        var service = BenchmarkOptions.Service();
        var output = BenchmarkOptions.Output();
        var command = new Command("overhead", "One caller: its time less the decode and inference times that the same reply states.") { models, model, images, requests, rounds, service, output };
        command.SetAction((parsed, token) => RunAsync(
            parsed.InvocationConfiguration.Output, parsed.GetRequiredValue(models), parsed.GetRequiredValue(model), parsed.GetRequiredValue(images),
            parsed.GetValue(requests), parsed.GetValue(rounds), parsed.GetValue(service), parsed.GetValue(output), token));
        return command;
    }

    private static async Task<int> RunAsync(
        TextWriter console, string models, string model, string folder, int requests, int rounds, string? service, string? output, CancellationToken cancellationToken)
    {
        using var photographs = Photographs.Read(folder);
        using var small = SmallImages.Of(photographs);
        var published = await PublishedService.FindAsync(service, cancellationToken);
        var report = await Report.BeginAsync($"Latency added at c=1, {model}, {requests} requests, rounds: {rounds}", cancellationToken);
        var sets = new[] { ("photographs", photographs), ("32x32 pixels", small.Photographs) };

        var replies = sets.Select(_ => new List<IReadOnlyList<TimedReply>>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            await Console.Error.WriteLineAsync($"round {round + 1} of {rounds}");
            using var server = await RunningServer.StartAsync(published.Serving(models, model), photographs.Encoded[0], cancellationToken);
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

        report.Add(table).Write(console, output);
        return ExitCode.Success;
    }

    /// <summary>The median over the rounds of the rounds' percentile.</summary>
    private static string At(IEnumerable<IReadOnlyList<TimedReply>> rounds, double fraction, Func<TimedReply, double> figure) =>
        Show.Number(1e3 * Distribution.Median(rounds.Select(replies => Distribution.Percentile(replies.Select(figure), fraction))), "F3");
}
