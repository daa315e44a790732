using System.CommandLine;
using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Processes;
using ResNetService.Benchmarks.Reports;
using ResNetService.Benchmarks.Scaling;
using ResNetService.Benchmarks.Servers;
using ResNetService.Modeling.Commands;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>capacity</c>: what each model answers on so many cores, the numbers of docs/capacity.md.</summary>
internal static class CapacityCommand
{
    private const int WarmUpSeconds = 2;

    public static Command Create()
    {
        var models = BenchmarkOptions.Models();
        var names = new Option<string[]>("--model")
        {
            Description = "The models that are measured, each in a service of its own; by default the shipped one.",
            HelpName = "NAME...",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [BenchmarkOptions.ShippedModel],
        };
        var images = BenchmarkOptions.Images();
        var concurrency = BenchmarkOptions.Positive("--concurrency", "Connections of the saturated service.", 16);
        var seconds = BenchmarkOptions.Seconds(6);
        var rounds = BenchmarkOptions.Rounds(3);
        var service = BenchmarkOptions.Service();
        var output = BenchmarkOptions.Output();
        var command = new Command("capacity", "Requests a second, latency and memory by model, precision and cores, beside the raw network on the same cores.") { models, names, images, concurrency, seconds, rounds, service, output };
        command.SetAction((parsed, token) => RunAsync(
            new(
                parsed.GetRequiredValue(models), parsed.GetRequiredValue(names), parsed.GetRequiredValue(images), parsed.GetValue(concurrency), parsed.GetValue(seconds),
                parsed.GetValue(rounds), parsed.GetValue(service), parsed.GetValue(output)),
            parsed.InvocationConfiguration.Output,
            token));
        return command;
    }

    private static async Task<int> RunAsync(CapacitySettings settings, TextWriter console, CancellationToken cancellationToken)
    {
        using var photographs = Photographs.Read(settings.Images);
        var models = settings.Models.ToDictionary(name => name, name => BenchmarkModel.Find(settings.Repository, name));
        Tools.Require("wrk");
        var published = await PublishedService.FindAsync(settings.Service, cancellationToken);
        var report = await Report.BeginAsync(
            $"Capacity, {photographs.Paths.Count} photographs, 1 and {settings.Concurrency} callers, {settings.Seconds} s each, rounds: {settings.Rounds}", cancellationToken);

        var cells = new List<CapacityCell>();
        for (var round = 0; round < settings.Rounds; round++)
        {
            for (var i = 0; i < settings.Models.Length; i++)
            {
                var name = settings.Models[(i + round) % settings.Models.Length];
                await Console.Error.WriteLineAsync($"round {round + 1} of {settings.Rounds}: {name}");
                using var repository = new RepositoryOfOne(settings.Repository, name);
                foreach (var cores in CoreCounts())
                    cells.Add(await MeasureAsync(published.Serving(repository.Path, name), models[name], name, cores, round, photographs, settings, cancellationToken));
            }
        }

        report.Add(CapacityReport.Table([.. cells.OrderBy(cell => Array.IndexOf(settings.Models, cell.Model)).ThenBy(cell => cell.Cores)])).Write(console, settings.Output);
        return ExitCode.Success;
    }

    private static IEnumerable<int> CoreCounts() => Cores.Counts(CpuList.Allowed().Count);

    /// <summary>The service has the first so many cores; its callers have all.</summary>
    private static async Task<CapacityCell> MeasureAsync(
        ServerProgram program, BenchmarkModel model, string name, int cores, int round, Photographs photographs, CapacitySettings settings, CancellationToken cancellationToken)
    {
        var allowed = string.Join(',', CpuList.Allowed().Take(cores));
        var raw = await RawRun.InOwnProcessAsync(model.Graph, Baseline.LargeBatch, settings.Seconds, cancellationToken, allowed);
        using var server = await RunningServer.StartAsync(program, photographs.Encoded[0], cancellationToken, allowed);
        await Wrk.RunAsync(server.Classify, photographs.ListFile, settings.Concurrency, WarmUpSeconds, cancellationToken);
        var alone = await LoadMeasurement.ClosedAsync(server, round, photographs, concurrency: 1, settings.Seconds, cancellationToken);
        var saturated = await LoadMeasurement.ClosedAsync(server, round, photographs, settings.Concurrency, settings.Seconds, cancellationToken);
        return new(name, model.Precision, cores, raw, alone, saturated);
    }
}

/// <param name="Repository">The folder that the models lie in.</param>
/// <param name="Concurrency">Connections of the saturated service.</param>
/// <param name="Seconds">Of one measurement.</param>
internal sealed record CapacitySettings(string Repository, string[] Models, string Images, int Concurrency, int Seconds, int Rounds, string? Service, string? Output);
