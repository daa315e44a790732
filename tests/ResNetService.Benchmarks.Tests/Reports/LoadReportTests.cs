using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Reports;

namespace ResNetService.Benchmarks.Tests.Reports;

public sealed class LoadReportTests
{
    [Fact]
    public void Ratios_AreMediansOfTheRoundsRatios()
    {
        // The machine is twice as slow in the second round, for everybody: the ratios do not see it.
        LoadCell[] cells = [Cell(0, "service", 40), Cell(1, "service", 20), Cell(2, "service", 44), Cell(0, "peer", 20), Cell(1, "peer", 10), Cell(2, "peer", 20)];
        Baseline[] baselines = [At(50), At(25), At(50)];

        var rows = LoadReport.Table(cells, baselines, ["peer"]).Lines().Skip(2).Select(row => row.Split('|', StringSplitOptions.TrimEntries)[1..^1]).ToArray();

        Assert.Equal(["service", "c=16", "40.0", "100", "200", "300", "100.0 %", "20.0", "500", "0.80", "0.80", "0.80", "2.00"], rows[0]);
        Assert.Equal(["peer", "c=16", "20.0", "100", "200", "300", "100.0 %", "20.0", "500", "0.40", "0.40", "0.40", ""], rows[1]);
    }

    [Fact]
    public void Ideal_AddsPreprocessingOnAllCoresToTheRun() => Assert.Equal(50, Baseline.Ideal(preprocessingSeconds: 0.004, cores: 2, runSeconds: 0.018), 9);

    private static LoadCell Cell(int round, string server, double rate) => new(round, server, "c=16", rate, 0.1, 0.2, 0.3, 1, 0.02, 500_000_000);

    private static Baseline At(double rate) => new(0, new(1 / rate, 0), new(1 / rate, 0));
}
