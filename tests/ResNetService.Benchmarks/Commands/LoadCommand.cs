using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Reports;
using ResNetService.Benchmarks.Servers;
using ResNetService.Modeling.Commands;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>load</c>: the published service and the peers under the same load, in turn, round by round.</summary>
internal static class LoadCommand
{
    private static readonly string[] AllPeers = [Peers.Node, Peers.FastApi];

    public static Command Create()
    {
        var models = BenchmarkOptions.Models();
        var model = BenchmarkOptions.Model();
        var images = BenchmarkOptions.Images();
        var concurrency = new Option<int[]>("--concurrency")
        {
            Description = "Connections of the closed loop; default 1 4 16 64.",
            HelpName = "N...",
            AllowMultipleArgumentsPerToken = true,
            CustomParser = result => Each(result, 1, int.MaxValue, number => (int)number),
            DefaultValueFactory = _ => [1, 4, 16, 64],
        };
        var rates = new Option<double[]>("--rates")
        {
            Description = "Requests a second of the open loop, each at equal distances and as a Poisson process; 'none' for no open loop; by default half and four fifths of the ideal.",
            HelpName = "RATE...",
            AllowMultipleArgumentsPerToken = true,
            CustomParser = result => result.Tokens is [{ Value: "none" }] ? [] : Each(result, 0.1, 1e6, number => number),
        };
        var seconds = BenchmarkOptions.Seconds(15);
        var rounds = BenchmarkOptions.Rounds(3);
        var peers = new Option<string[]>("--peers") { Description = "node, fastapi or none; by default both.", HelpName = "NAME...", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => AllPeers };
        peers.AcceptOnlyFromAmong([.. AllPeers, "none"]);
        var peerModels = new Option<string[]>("--peer-models") { Description = "Model directories that the peers run; by default that of the service.", HelpName = "MODEL_DIR...", AllowMultipleArgumentsPerToken = true };
        var weights = new Option<string?>("--weights") { Description = "The state dict that the FastAPI peer loads, .pth or .safetensors with torchvision's keys.", HelpName = "FILE" };
        var python = BenchmarkOptions.Python();
        var service = BenchmarkOptions.Service();
        var settings = new Option<string[]>("--set") { Description = "Configuration of the service, Execution:IntraOpThreads=1.", HelpName = "KEY=VALUE" };
        var baseline = new Option<string[]>("--baseline") { Description = "Measure the service in turn with this configuration instead of --set, and compare with it.", HelpName = "KEY=VALUE" };
        var output = BenchmarkOptions.Output();
        var command = new Command("load", "Throughput, latency, CPU time and memory of the service and of the peers, against the raw network and the ideal.")
        {
            models, model, images, concurrency, rates, seconds, rounds, peers, peerModels, weights, python, service, settings, baseline, output,
        };
        command.SetAction((parsed, token) => RunAsync(
            new(
                parsed.GetRequiredValue(models), parsed.GetRequiredValue(model), parsed.GetRequiredValue(images), parsed.GetRequiredValue(concurrency),
                parsed.GetResult(rates) is null ? null : parsed.GetValue(rates), parsed.GetValue(seconds), parsed.GetValue(rounds), [.. parsed.GetRequiredValue(peers).Except(["none"])], parsed.GetValue(peerModels) ?? [],
                parsed.GetValue(weights), parsed.GetRequiredValue(python), parsed.GetValue(service), parsed.GetValue(settings) ?? [], parsed.GetValue(baseline) ?? [], parsed.GetValue(output)),
            parsed.InvocationConfiguration.Output,
            token));
        return command;
    }

    private static async Task<int> RunAsync(LoadSettings settings, TextWriter console, CancellationToken cancellationToken)
    {
        using var photographs = Photographs.Read(settings.Images);
        var model = BenchmarkModel.Find(settings.Models, settings.Model);
        var published = await PublishedService.FindAsync(settings.Service, cancellationToken);
        var peers = await PrepareAsync(settings, model, cancellationToken);
        var report = await Report.BeginAsync($"Load, {settings.Model} {model.Precision}, {photographs.Paths.Count} photographs, {settings.Seconds} s each, rounds: {settings.Rounds}", cancellationToken);

        ServerProgram[] others = [.. peers.Programs];
        if (settings.BaselineSettings.Length > 0)
            others = [published.Serving(settings.Models, settings.Model, settings.BaselineSettings) with { Name = "baseline" }, .. others];
        ServerProgram[] programs = [published.Serving(settings.Models, settings.Model, settings.ServiceSettings), .. others];
        var (baselines, cells) = (new List<Baseline>(), new List<LoadCell>());
        for (var round = 0; round < settings.Rounds; round++)
        {
            await Console.Error.WriteLineAsync($"round {round + 1} of {settings.Rounds}: raw network and preprocessing");
            baselines.Add(await Baseline.MeasureAsync(model, photographs, settings.Seconds, cancellationToken));
            var rates = settings.Rates ?? [Math.Round(0.5 * baselines[0].IdealPerSecond), Math.Round(0.8 * baselines[0].IdealPerSecond)];

            // Each round begins with another server: none is always the one that runs on a machine that has just rested.
            for (var i = 0; i < programs.Length; i++)
            {
                var program = programs[(i + round) % programs.Length];
                await Console.Error.WriteLineAsync($"round {round + 1} of {settings.Rounds}: {program.Name}");
                cells.AddRange(await MeasureAsync(program, round, photographs, settings, rates, cancellationToken));
            }
        }

        report
            .Add(LoadReport.Baselines(baselines))
            .Add("")
            .Add(LoadReport.Table([.. InOrder(cells, programs)], baselines, [.. others.Select(other => other.Name)]))
            .Add(peers.Absent)
            .Write(console, settings.Output);
        return ExitCode.Success;
    }

    private static async Task<Peers> PrepareAsync(LoadSettings settings, BenchmarkModel model, CancellationToken cancellationToken)
    {
        var prepared = new List<Peers>();
        foreach (var peerModel in settings.PeerModels.Length == 0 ? [model] : settings.PeerModels.Select(BenchmarkModel.Open))
            prepared.Add(await Peers.PrepareAsync(peerModel, settings.Peers, settings.Weights, settings.Python, cancellationToken));
        foreach (var reason in prepared.SelectMany(peers => peers.Absent))
            await Console.Error.WriteLineAsync(reason);
        return new([.. prepared.SelectMany(peers => peers.Programs)], [.. prepared.SelectMany(peers => peers.Absent)]);
    }

    private static async Task<IReadOnlyList<LoadCell>> MeasureAsync(
        ServerProgram program, int round, Photographs photographs, LoadSettings settings, double[] rates, CancellationToken cancellationToken)
    {
        const int WarmUpConnections = 4;
        var cells = new List<LoadCell>();
        using var server = await RunningServer.StartAsync(program, photographs.Encoded[0], cancellationToken);
        await Wrk.RunAsync(server.Classify, photographs.ListFile, WarmUpConnections, settings.WarmUpSeconds, cancellationToken);
        foreach (var concurrency in settings.Concurrency)
            cells.Add(await LoadMeasurement.ClosedAsync(server, round, photographs, concurrency, settings.Seconds, cancellationToken));
        foreach (var rate in rates)
        {
            cells.Add(await LoadMeasurement.OpenAsync(server, round, photographs, rate, poisson: false, settings.Seconds, cancellationToken));
            cells.Add(await LoadMeasurement.OpenAsync(server, round, photographs, rate, poisson: true, settings.Seconds, cancellationToken));
        }

        return cells;
    }

    /// <summary>By load, and for each load by server, as they were given.</summary>
    private static IEnumerable<LoadCell> InOrder(IReadOnlyList<LoadCell> cells, ServerProgram[] programs)
    {
        var loads = cells.Select(cell => cell.Load).Distinct().ToList();
        var servers = programs.Select(program => program.Name).ToList();
        return cells.OrderBy(cell => loads.IndexOf(cell.Load)).ThenBy(cell => servers.IndexOf(cell.Server));
    }

    private static T[] Each<T>(ArgumentResult result, double least, double most, Func<double, T> convert)
    {
        var numbers = new List<T>();
        foreach (var token in result.Tokens)
        {
            if (double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
                numbers.Add(convert(number));
            else
                result.AddError($"{((OptionResult)result.Parent!).Option.Name} has '{token.Value}'; each must be a number of {least.ToString(CultureInfo.InvariantCulture)} or more");
        }

        return [.. numbers];
    }
}

/// <param name="Rates">Null for fractions of the ideal.</param>
/// <param name="PeerModels">Empty for the service's.</param>
/// <param name="BaselineSettings">Of a second service that the first is compared with; empty for none.</param>
internal sealed record LoadSettings(
    string Models,
    string Model,
    string Images,
    int[] Concurrency,
    double[]? Rates,
    int Seconds,
    int Rounds,
    string[] Peers,
    string[] PeerModels,
    string? Weights,
    string Python,
    string? Service,
    string[] ServiceSettings,
    string[] BaselineSettings,
    string? Output)
{
    public int WarmUpSeconds => Math.Min(Seconds, 3);
}
