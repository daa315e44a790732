using System.CommandLine;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Reliability;
using ResNetService.Benchmarks.Reports;
using ResNetService.Benchmarks.Servers;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Numerics;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>stop</c>: whether anything is lost when the service is told to end under full load.</summary>
internal static class StopCommand
{
    private const int Callers = 16;

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
        var program = published.Serving(subject.Models, subject.Model, LoadedStop.Grace(grace));
        var total = default(RequestCounts);
        var seconds = new List<double>();
        for (var i = 0; i < times; i++)
        {
            var stop = await LoadedStop.RunAsync(program, photographs.Encoded, Callers, cancellationToken);
            total += stop.Counts;
            seconds.Add(stop.Length.TotalSeconds);
            await Console.Error.WriteLineAsync($"{i + 1} of {times}: {stop.Counts}, ended in {stop.Length.TotalSeconds:F2} s");
        }

        report.Add(RequestCounts.Table(($"{times} ends", total))).Add($"Longest end: {seconds.Max():F2} s, median {Distribution.Median(seconds):F2} s.").Write(subject.Console, subject.Output);
        return total.Lost == 0 ? ExitCode.Success : ExitCode.Failure;
    }
}
