using ResNetService.Benchmarks.Commands;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Reliability;
using ResNetService.Benchmarks.Servers;

namespace ResNetService.Benchmarks.Tests.Reliability;

public sealed class LoadedStopTests
{
    private const int Callers = 16;
    private const int Times = 2;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Service_ThatIsToldToEndUnderFullLoad_AnswersEveryRequestThatItHasReceived(int graceSeconds)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs SIGTERM");
        using var photographs = Photographs.Read(Path.Combine(Repository.Root, "samples"));
        var program = new PublishedService(AppContext.BaseDirectory).Serving(
            Path.Combine(Repository.Root, "models"), BenchmarkOptions.ShippedModel, LoadedStop.Grace(TimeSpan.FromSeconds(graceSeconds)));

        for (var i = 0; i < Times; i++)
        {
            var stop = await LoadedStop.RunAsync(program, photographs.Encoded, Callers, Token);

            Assert.True(stop.Counts is { Lost: 0, Refused: 0 } && stop.Counts.Answered > Callers, $"{stop.Counts}");
            // Each of the callers has found out that nobody listens, and none has gone before.
            Assert.True(stop.Counts.NotConnected >= Callers, $"{stop.Counts}");
        }
    }
}
