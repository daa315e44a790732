using System.CommandLine;
using System.Globalization;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Reliability;
using ResNetService.Benchmarks.Reports;
using ResNetService.Benchmarks.Servers;
using ResNetService.Modeling.Commands;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>stop</c>: whether anything is lost when the service is told to end under full load.</summary>
internal static class StopCommand
{
    private const int Callers = 16;

    /// <summary>Of a full load, before the signal.</summary>
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(60);

    public static Command Create()
    {
        var subject = new SubjectOptions();
        var times = BenchmarkOptions.Positive("--times", "How often the service is started, loaded and told to end.", 20);
        var grace = new Option<int>("--grace") { Description = "Shutdown:GracePeriod in milliseconds; by default 1000.", HelpName = "MS", DefaultValueFactory = _ => 1000 };
        var command = subject.Command("stop", $"SIGTERM under full load, c={Callers}: counts what became of each request; fails where one is lost.", times, grace);
        command.SetAction((parsed, token) => RunAsync(subject.Read(parsed), parsed.GetValue(times), TimeSpan.FromMilliseconds(parsed.GetValue(grace)), token));
        return command;
    }

    private static async Task<int> RunAsync(Subject subject, int times, TimeSpan grace, CancellationToken cancellationToken)
    {
        using var photographs = Photographs.Read(subject.Images);
        var published = await PublishedService.FindAsync(subject.Service, cancellationToken);
        var report = await Report.BeginAsync($"SIGTERM under full load, {times} times, {subject.Model}, c={Callers}, grace period {grace.TotalMilliseconds:F0} ms", cancellationToken);
        var program = published.Serving(subject.Models, subject.Model, string.Create(CultureInfo.InvariantCulture, $"Shutdown:GracePeriod={grace}"));
        var (total, seconds) = (default(RequestCounts), new List<double>());
        for (var i = 0; i < times; i++)
        {
            var (counts, stopped) = await StopOnceAsync(program, photographs, cancellationToken);
            (total, _) = (total + counts, seconds);
            seconds.Add(stopped.TotalSeconds);
            await Console.Error.WriteLineAsync($"{i + 1} of {times}: {counts}, ended in {stopped.TotalSeconds:F2} s");
        }

        report.Add(RequestCounts.Table(($"{times} ends", total))).Add($"Longest end: {seconds.Max():F2} s, median {seconds.Order().ElementAt(seconds.Count / 2):F2} s.").Write(subject.Console, subject.Output);
        return total.Lost == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static async Task<(RequestCounts Counts, TimeSpan Stopped)> StopOnceAsync(ServerProgram program, Photographs photographs, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        using var server = await RunningServer.StartAsync(program, photographs.Encoded[0], cancellationToken);
        using var load = CountingLoad.Start(server.Classify, photographs.Encoded, Callers, cancellationToken);
        await Task.Delay(Load, time, cancellationToken);
        var start = time.GetTimestamp();
        server.Terminate();
        var gone = load.UntilNobodyListensAsync();
        await server.WaitAsync(LongestStop, cancellationToken);
        var stopped = time.GetElapsedTime(start);
        await gone;
        return (load.Counts, stopped);
    }
}
