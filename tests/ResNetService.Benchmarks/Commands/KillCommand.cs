using System.CommandLine;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Reliability;
using ResNetService.Benchmarks.Reports;
using ResNetService.Benchmarks.Servers;
using ResNetService.Modeling.Commands;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>kill</c>: whether callers notice that a replica behind nginx dies, or is replaced.</summary>
internal static class KillCommand
{
    private const int Callers = 16;
    private const int ReplicaCount = 3;

    public static Command Create()
    {
        var subject = new SubjectOptions();
        var times = BenchmarkOptions.Positive("--times", "How often a replica is killed, and another told to end.", 20);
        var command = subject.Command(
            "kill", $"{ReplicaCount} replicas behind nginx (docker/nginx.conf) under full load, c={Callers}: one is killed and started again, then the next is told to end and started again. Counts what became of each request; fails where one does.", times);
        command.SetAction((parsed, token) => RunAsync(subject.Read(parsed), parsed.GetValue(times), token));
        return command;
    }

    private static async Task<int> RunAsync(Subject subject, int times, CancellationToken cancellationToken)
    {
        using var photographs = Photographs.Read(subject.Images);
        var published = await PublishedService.FindAsync(subject.Service, cancellationToken);
        var report = await Report.BeginAsync($"{ReplicaCount} replicas behind nginx, {times} killed and {times} told to end under full load, {subject.Model}, c={Callers}", cancellationToken);
        using var replicas = await Replicas.StartAsync(ReplicaCount, setting => published.Serving(subject.Models, subject.Model, setting), photographs.Encoded[0], cancellationToken);
        using var load = CountingLoad.Start(replicas.Classify, photographs.Encoded, Callers, cancellationToken);
        for (var i = 0; i < times; i++)
        {
            await Failover.RunAsync(replicas, load, i % ReplicaCount, cancellationToken);
            await Console.Error.WriteLineAsync($"{i + 1} of {times}: {load.Counts}");
        }

        var counts = await load.StopAsync();
        report.Add(RequestCounts.Table(($"{times} killed, {times} told to end", counts)))
            .Add($"{replicas.Nginx.SentAgain} of them were sent to a second replica, since the first did not answer.")
            .Write(subject.Console, subject.Output);
        return counts.Sent == counts.Answered && counts.NotConnected == 0 ? ExitCode.Success : ExitCode.Failure;
    }
}
