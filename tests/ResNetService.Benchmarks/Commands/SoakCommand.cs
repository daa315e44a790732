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
    private const double MostGrowth = 0.03;

    public static Command Create()
    {
        var models = BenchmarkOptions.Models();
        var model = BenchmarkOptions.Model();
        var images = BenchmarkOptions.Images();
        var small = BenchmarkOptions.Positive("--small", "Requests of images of 32x32 pixels.", 100_000);
        var large = BenchmarkOptions.Positive("--photographs", "Requests of photographs, evenly among them.", 5000);
        var warmUp = BenchmarkOptions.Positive("--warm-up", "Requests of the same mixture before those that count.", 5000);
        var service = BenchmarkOptions.Service();
        var csv = new Option<string?>("--csv") { Description = "Write the samples to this file.", HelpName = "FILE" };
        var output = BenchmarkOptions.Output();
        var command = new Command("soak", "Resident memory over many requests, first to last quarter; fails where it grows by more than 3 %.") { models, model, images, small, large, warmUp, service, csv, output };
        command.SetAction((parsed, token) => RunAsync(
            parsed.InvocationConfiguration.Output, parsed.GetRequiredValue(models), parsed.GetRequiredValue(model), parsed.GetRequiredValue(images), parsed.GetValue(small),
            parsed.GetValue(large), parsed.GetValue(warmUp), parsed.GetValue(service), parsed.GetValue(csv), parsed.GetValue(output), token));
        return command;
    }

    private static async Task<int> RunAsync(
        TextWriter console, string models, string model, string folder, int smallRequests, int largeRequests, int warmUp, string? service, string? csv, string? output, CancellationToken cancellationToken)
    {
        using var photographs = Photographs.Read(folder);
        using var small = SmallImages.Of(photographs);
        var published = await PublishedService.FindAsync(service, cancellationToken);
        var report = await Report.BeginAsync($"Memory over {smallRequests} requests of 32x32 pixels and {largeRequests} photographs, c={Concurrency}, {model}", cancellationToken);
        using var server = await RunningServer.StartAsync(published.Serving(models, model), photographs.Encoded[0], cancellationToken);

        var requests = smallRequests + largeRequests;
        var mixture = new Mixture(requests, largeRequests);
        await CountedLoop.RunAsync(server.Classify, warmUp, Concurrency, Image, _ => { }, cancellationToken);

        var every = Math.Max(1, requests / Samples);
        var samples = new List<(int Requests, long Bytes)>();
        await CountedLoop.RunAsync(server.Classify, requests, Concurrency, Image, Sample, cancellationToken);

        var growth = new MemoryGrowth([.. samples.OrderBy(sample => sample.Requests).Select(sample => (double)sample.Bytes)]);
        if (csv is not null)
            WholeFile.Write(csv, samples.OrderBy(sample => sample.Requests).Select(sample => Csv.Line([sample.Requests, sample.Bytes])).Prepend("requests,resident_bytes"));
        report.Add(growth.Table()).Write(console, output);
        return growth.FirstToLast <= MostGrowth ? ExitCode.Success : ExitCode.Failure;

        byte[] Image(int i) => mixture.IsPhotograph(i) ? photographs.Encoded[i % photographs.Encoded.Count] : small.Photographs.Encoded[i % photographs.Encoded.Count];

        void Sample(int answered)
        {
            if (answered % every != 0)
                return;
            var bytes = server.Usage.ResidentBytes;
            lock (samples)
                samples.Add((answered, bytes));
            if (answered % (every * 40) == 0)
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answered} of {requests}: {bytes / 1e6:F0} MB"));
        }
    }
}
