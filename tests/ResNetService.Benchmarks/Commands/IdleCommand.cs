using System.CommandLine;
using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Reports;
using ResNetService.Benchmarks.Servers;
using ResNetService.Modeling.Commands;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>idle</c>: what the service costs while nobody asks.</summary>
internal static class IdleCommand
{
    private const int WarmUp = 100;
    private const double MostOfACore = 0.01;

    /// <summary>What the runtime does after the last request, compiling and collecting, is over by then.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var models = BenchmarkOptions.Models();
        var model = BenchmarkOptions.Model();
        var images = BenchmarkOptions.Images();
        var seconds = BenchmarkOptions.Seconds(60);
        var service = BenchmarkOptions.Service();
        var output = BenchmarkOptions.Output();
        var command = new Command("idle", "CPU time of a service that has answered and is left alone; fails at 1 % of a core and above.") { models, model, images, seconds, service, output };
        command.SetAction((parsed, token) => RunAsync(
            parsed.InvocationConfiguration.Output, parsed.GetRequiredValue(models), parsed.GetRequiredValue(model), parsed.GetRequiredValue(images),
            parsed.GetValue(seconds), parsed.GetValue(service), parsed.GetValue(output), token));
        return command;
    }

    private static async Task<int> RunAsync(TextWriter console, string models, string model, string folder, int seconds, string? service, string? output, CancellationToken cancellationToken)
    {
        using var photographs = Photographs.Read(folder);
        var published = await PublishedService.FindAsync(service, cancellationToken);
        var report = await Report.BeginAsync($"Idle for {seconds} s, {model}", cancellationToken);
        using var server = await RunningServer.StartAsync(published.Serving(models, model), photographs.Encoded[0], cancellationToken);
        await SingleCaller.RunAsync(server, photographs.Encoded, WarmUp, requests: 1, cancellationToken);
        await Task.Delay(Settle, TimeProvider.System, cancellationToken);

        var cpu = server.Usage.CpuTime;
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, cancellationToken);
        var share = (server.Usage.CpuTime - cpu).TotalSeconds / seconds;

        var table = new MarkdownTable("what", "of one core", "resident MB");
        table.Add("idle service", Show.Number(100 * share, "F2") + " %", Show.Megabytes(server.Usage.ResidentBytes));
        report.Add(table).Write(console, output);
        return share < MostOfACore ? ExitCode.Success : ExitCode.Failure;
    }
}
