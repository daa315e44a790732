using System.CommandLine;
using System.Globalization;
using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Reports;
using ResNetService.Benchmarks.Servers;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Tables;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>soak</c>: whether memory grows over many requests.</summary>
internal static class SoakCommand
{
    private const int Concurrency = 16;
    private const int Samples = 400;

    /// <summary>Some five hundred a minute.</summary>
    private const int EveryOfMinutes = 50;
    private const double MostGrowth = 0.03;

    public static Command Create()
    {
        var subject = new SubjectOptions();
        var small = BenchmarkOptions.Positive("--small", "Requests of images of 32x32 pixels.", 100_000);
        var large = BenchmarkOptions.Positive("--photographs", "Requests of photographs, evenly among them.", 5000);
        var warmUp = BenchmarkOptions.Positive("--warm-up", "Requests of the same mixture before those that count.", 5000);
        var minutes = new Option<int?>("--minutes") { Description = "Run for so long, in the same mixture, in place of so many requests.", HelpName = "N", CustomParser = result => Numbers.Positive(result) };
        var csv = new Option<string?>("--csv") { Description = "Write the samples to this file.", HelpName = "FILE" };
        var command = subject.Command("soak", "Resident memory over many requests, first to last quarter; fails where it grows by more than 3 %.", small, large, warmUp, minutes, csv);
        command.SetAction((parsed, token) => RunAsync(subject.Read(parsed), parsed.GetValue(small), parsed.GetValue(large), parsed.GetValue(warmUp), parsed.GetValue(minutes), parsed.GetValue(csv), token));
        return command;
    }

    private static async Task<int> RunAsync(Subject subject, int smallRequests, int largeRequests, int warmUp, int? minutes, string? csv, CancellationToken cancellationToken)
    {
        using var photographs = Photographs.Read(subject.Images);
        using var small = SmallImages.Of(photographs);
        var published = await PublishedService.FindAsync(subject.Service, cancellationToken);
        var length = minutes is null ? $"{smallRequests} requests of 32x32 pixels and {largeRequests} photographs" : $"{minutes} minutes, {smallRequests} requests of 32x32 pixels to {largeRequests} photographs";
        var report = await Report.BeginAsync($"Memory over {length}, c={Concurrency}, {subject.Model}", cancellationToken);
        using var server = await RunningServer.StartAsync(published.Serving(subject.Models, subject.Model), photographs.Encoded[0], cancellationToken);

        var mixture = new Mixture(smallRequests + largeRequests, largeRequests);
        await CountedLoop.RunAsync(server.Classify, warmUp, Concurrency, Image, _ => { }, cancellationToken);

        var (time, start) = (TimeProvider.System, TimeProvider.System.GetTimestamp());
        var (requests, every) = minutes is null ? (mixture.Requests, Math.Max(1, mixture.Requests / Samples)) : (int.MaxValue, EveryOfMinutes);
        var samples = new List<(int Requests, long Bytes)>();
        var answers = await CountedLoop.RunAsync(
            server.Classify, requests, Concurrency, Image, Sample, cancellationToken, () => minutes is { } most && time.GetElapsedTime(start) > TimeSpan.FromMinutes(most));

        var growth = new MemoryGrowth([.. samples.OrderBy(sample => sample.Requests).Select(sample => (double)sample.Bytes)]);
        if (csv is not null)
            WholeFile.Write(csv, samples.OrderBy(sample => sample.Requests).Select(sample => Csv.Line([sample.Requests, sample.Bytes])).Prepend("requests,resident_bytes"));
        report.Add(growth.Table()).Add($"{answers} requests, all answered with 200.").Write(subject.Console, subject.Output);
        return growth.FirstToLast <= MostGrowth ? ExitCode.Success : ExitCode.Failure;

        byte[] Image(int i) => mixture.IsPhotograph(i % mixture.Requests) ? photographs.Encoded[i % photographs.Encoded.Count] : small.Photographs.Encoded[i % photographs.Encoded.Count];

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
}
