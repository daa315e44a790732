using System.CommandLine;
using System.Globalization;
using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Reliability;
using ResNetService.Benchmarks.Reports;
using ResNetService.Benchmarks.Servers;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Tables;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>soak</c>: whether memory grows over many requests, some of them troublesome, while versions of the model come and go.</summary>
internal static class SoakCommand
{
    private const int Concurrency = 16;
    private const int Samples = 400;

    /// <summary>Some five hundred a minute.</summary>
    private const int EveryOfMinutes = 50;

    /// <summary>Heaps reach their size in minutes, however many requests there are in these: so long before an hour is ten minutes.</summary>
    private const int WarmUpPart = 6;

    private static readonly TimeSpan BetweenVersions = TimeSpan.FromMinutes(1);

    public static Command Create()
    {
        var subject = new SubjectOptions();
        var small = BenchmarkOptions.Positive("--small", "Requests of images of 32x32 pixels.", 100_000);
        var large = BenchmarkOptions.Positive("--photographs", "Requests of photographs, evenly among them.", 5000);
        var warmUp = BenchmarkOptions.Positive("--warm-up", $"Requests of the same mixture before those that count. With --minutes, one {WarmUpPart}th of these in their place.", 5000);
        var minutes = new Option<int?>("--minutes") { Description = "Run for so long, in the same mixture, in place of so many requests.", HelpName = "N", CustomParser = result => Numbers.Positive(result) };
        var growth = BenchmarkOptions.Positive("--most-growth", "By how many percent memory may grow.", 3);
        var csv = new Option<string?>("--csv") { Description = "Write the samples to this file.", HelpName = "FILE" };
        var command = subject.Command("soak", "Resident memory over many requests, among them damaged and broken ones, while a new version of the model comes each minute; first to last quarter. Fails where it grows by more than it may, or a request does.", small, large, warmUp, minutes, growth, csv);
        command.SetAction((parsed, token) => RunAsync(subject.Read(parsed), parsed.GetValue(small), parsed.GetValue(large), parsed.GetValue(warmUp), parsed.GetValue(minutes), parsed.GetValue(growth), parsed.GetValue(csv), token));
        return command;
    }

    private static async Task<int> RunAsync(Subject subject, int smallRequests, int largeRequests, int warmUp, int? minutes, int mostGrowth, string? csv, CancellationToken cancellationToken)
    {
        using var photographs = Photographs.Read(subject.Images);
        using var small = SmallImages.Of(photographs);
        var published = await PublishedService.FindAsync(subject.Service, cancellationToken);
        var length = minutes is null ? $"{smallRequests} requests of 32x32 pixels and {largeRequests} photographs" : $"{minutes} minutes, {smallRequests} requests of 32x32 pixels to {largeRequests} photographs";
        var report = await Report.BeginAsync($"Memory over {length}, c={Concurrency}, {subject.Model}", cancellationToken);
        using var repository = new GrowingRepository(subject.Model, BenchmarkModel.Find(subject.Models, subject.Model));
        using var server = await RunningServer.StartAsync(published.Serving(repository.Path, subject.Model), photographs.Encoded[0], cancellationToken);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var troublemaker = new Troublemaker(server.Classify, photographs.Encoded[0]);
        var (trouble, versions) = (troublemaker.RunAsync(over.Token), AddVersionsAsync(repository, server, over.Token));

        var mixture = new Mixture(smallRequests + largeRequests, largeRequests);
        TimeSpan? most = minutes is { } whole ? TimeSpan.FromMinutes(whole) : null;
        await CountedLoop.RunAsync(server.Classify, most is null ? warmUp : int.MaxValue, Concurrency, Image, _ => { }, cancellationToken, Over(most / WarmUpPart));
        var (requests, every) = most is null ? (mixture.Requests, Math.Max(1, mixture.Requests / Samples)) : (int.MaxValue, EveryOfMinutes);
        var samples = new List<(int Requests, long Bytes)>();
        var answers = await CountedLoop.RunAsync(server.Classify, requests, Concurrency, Image, Sample, cancellationToken, Over(most));
        await over.CancelAsync();
        await trouble;
        var added = await versions;

        var growth = new MemoryGrowth([.. samples.OrderBy(sample => sample.Requests).Select(sample => (double)sample.Bytes)]);
        if (csv is not null)
            WholeFile.Write(csv, samples.OrderBy(sample => sample.Requests).Select(sample => Csv.Line([sample.Requests, sample.Bytes])).Prepend("requests,resident_bytes"));
        report.Add(growth.Table()).Add($"{answers} requests, all answered with 200, beside {troublemaker.Times} that were damaged, broken off or not waited for; {added} new versions.").Write(subject.Console, subject.Output);
        return growth.FirstToLast <= mostGrowth / 100.0 ? ExitCode.Success : ExitCode.Failure;

        byte[] Image(int i) => mixture.IsPhotograph(i % mixture.Requests) ? photographs.Encoded[i % photographs.Encoded.Count] : small.Photographs.Encoded[i % photographs.Encoded.Count];

        // Also where what goes on beside has failed.
        Func<bool> Over(TimeSpan? most)
        {
            var start = TimeProvider.System.GetTimestamp();
            return () => trouble.IsCompleted || versions.IsCompleted || TimeProvider.System.GetElapsedTime(start) > most;
        }

        void Sample(int answered)
        {
            if (answered % every != 0)
                return;
            var bytes = server.Usage.ResidentBytes;
            lock (samples)
                samples.Add((answered, bytes));
            if (answered % (every * 40) == 0)
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answered} answered: {bytes / 1e6:F0} MB"));
        }
    }

    /// <returns>How many came.</returns>
    private static async Task<int> AddVersionsAsync(GrowingRepository repository, RunningServer server, CancellationToken end)
    {
        using var timer = new PeriodicTimer(BetweenVersions);
        for (var added = 0; ; added++)
        {
            try
            {
                await timer.WaitForNextTickAsync(end);
                await repository.AddAsync(server, end);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return added;
            }
        }
    }
}
