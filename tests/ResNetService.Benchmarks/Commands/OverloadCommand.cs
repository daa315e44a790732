using System.CommandLine;
using System.Globalization;
using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Processes;
using ResNetService.Benchmarks.Reports;
using ResNetService.Benchmarks.Servers;
using ResNetService.Modeling.Commands;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>overload</c>: twice as many requests as the service can answer.</summary>
internal static class OverloadCommand
{
    private const int SaturatingConnections = 32;
    private const int WarmUpSeconds = 3;
    private const double Overload = 2;

    public static Command Create()
    {
        var models = BenchmarkOptions.Models();
        var model = BenchmarkOptions.Model();
        var images = BenchmarkOptions.Images();
        var queue = BenchmarkOptions.Positive("--queue", "Images that the service holds at most, Batching:QueueCapacity.", 64);
        var batch = BenchmarkOptions.Positive("--batch", "Images of a run at most, Batching:MaxBatchSize.", 8);
        var seconds = BenchmarkOptions.Seconds(20);
        var rounds = BenchmarkOptions.Rounds(3);
        var service = BenchmarkOptions.Service();
        var output = BenchmarkOptions.Output();
        var command = new Command("overload", "Open loop, Poisson, at twice the saturated throughput: goodput, latency of accepted requests, and of refusals.")
        {
            models, model, images, queue, batch, seconds, rounds, service, output,
        };
        command.SetAction((parsed, token) => RunAsync(
            parsed.InvocationConfiguration.Output, parsed.GetRequiredValue(models), parsed.GetRequiredValue(model), parsed.GetRequiredValue(images), parsed.GetValue(queue),
            parsed.GetValue(batch), parsed.GetValue(seconds), parsed.GetValue(rounds), parsed.GetValue(service), parsed.GetValue(output), token));
        return command;
    }

    private static async Task<int> RunAsync(
        TextWriter console, string models, string model, string folder, int queue, int batch, int seconds, int rounds, string? service, string? output, CancellationToken cancellationToken)
    {
        using var photographs = Photographs.Read(folder);
        Tools.Require("wrk");
        var published = await PublishedService.FindAsync(service, cancellationToken);
        var report = await Report.BeginAsync($"Open loop at twice the capacity, {model}, queue of {queue}, batches of {batch}, {seconds} s, rounds: {rounds}", cancellationToken);
        var program = published.Serving(
            models, model,
            string.Create(CultureInfo.InvariantCulture, $"Batching:QueueCapacity={queue}"), string.Create(CultureInfo.InvariantCulture, $"Batching:MaxBatchSize={batch}"));

        // No more than the queue takes: refusals are for later.
        var connections = Math.Min(SaturatingConnections, queue);
        var results = new List<OverloadResult>();
        for (var round = 0; round < rounds; round++)
        {
            await Console.Error.WriteLineAsync($"round {round + 1} of {rounds}");
            using var server = await RunningServer.StartAsync(program, photographs.Encoded[0], cancellationToken);
            await Wrk.RunAsync(server.Classify, photographs.ListFile, connections, WarmUpSeconds, cancellationToken);
            var saturated = (await Wrk.RunAsync(server.Classify, photographs.ListFile, connections, seconds, cancellationToken)).RequestsPerSecond;

            // At twice the capacity one request in two stays: the queue fills at the rate at which it is emptied.
            var filling = TimeSpan.FromSeconds(queue / saturated);
            var schedule = ArrivalSchedule.Poisson(Overload * saturated, filling + TimeSpan.FromSeconds(seconds), seed: round);
            var drain = TimeSpan.FromSeconds((2 * queue / saturated) + 10);
            results.Add(new(saturated, await OpenLoop.RunAsync(server.Classify, photographs.Encoded, schedule, drain, cancellationToken), queue, batch, filling, schedule[^1]));
        }

        report.Add(OverloadResult.Table(results)).Write(console, output);
        return ExitCode.Success;
    }
}
