using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Reports;

namespace ResNetService.Benchmarks.Tests.Reports;

public sealed class CapacityReportTests
{
    [Fact]
    public void Row_HasTheMediansOfItsRounds_WithEachNumberOfCoresApart()
    {
        CapacityCell[] cells =
        [
            new("resnet18", "fp32", 1, Raw(80), Cell(10, 0.02, 500_000_000), Cell(40, 0.2, 400_000_000)),
            new("resnet18", "fp32", 1, Raw(80), Cell(11, 0.03, 300_000_000), Cell(60, 0.1, 600_000_000)),
            new("resnet18", "fp32", 1, Raw(50), Cell(12, 0.04, 300_000_000), Cell(50, 0.3, 700_000_000)),
            new("resnet18", "fp32", 2, Raw(100), Cell(10, 0.01, 300_000_000), Cell(99, 0.1, 300_000_000)),
        ];

        var rows = CapacityReport.Table(cells).Lines().Skip(2).Select(row => row.Split('|', StringSplitOptions.TrimEntries)[1..^1]).ToArray();

        Assert.Equal(["resnet18", "fp32", "1", "50.0", "0.75", "200", "400", "20.0", "30.0", "60.0", "600"], rows[0]);
        Assert.Equal(["resnet18", "fp32", "2", "99.0", "0.99", "100", "200", "20.0", "10.0", "20.0", "300"], rows[1]);
    }

    private static RawRun Raw(double rate) => new(1 / rate, 0);

    private static LoadCell Cell(double rate, double p50, long peak) => new(0, "service", "c=16", rate, p50, 1.5 * p50, 2 * p50, 1, 0.02, peak);
}
