using ResNetService.Benchmarks.Scaling;

namespace ResNetService.Benchmarks.Tests.Scaling;

public sealed class ScalingReportTests : IDisposable
{
    private static readonly ScalingDimension Dimension = ScalingDimension.All.First(dimension => dimension.Name == "batch");

    private static readonly ScalingPoint[] Points =
    [
        new("batch", 1, "1", "raw, batched", "ms", 20.5), new("batch", 8, "8", "raw, batched", "ms", 18.25), new("batch", 8, "8", "memory", "MB", 1234),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("scaling-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Csv_HasEveryPoint()
    {
        var path = Path.Combine(_folder, "scaling.csv");

        ScalingReport.WriteCsv(path, Points);

        Assert.Equal(
            ["dimension,value,label,metric,unit,result", "batch,1,1,\"raw, batched\",ms,20.5", "batch,8,8,\"raw, batched\",ms,18.25", "batch,8,8,memory,MB,1234"],
            File.ReadLines(path));
    }

    [Fact]
    public void Table_HasARowForEachValue_AndDashesForWhatWasNotMeasured() =>
        Assert.Equal(["| 1     |             20.5 |          - |", "| 8     |             18.2 |       1234 |"], ScalingReport.Table(Dimension, Points).Lines().Skip(2));

    [Fact]
    public void Plot_NamesMetricsUnitsAndAxis()
    {
        var path = Path.Combine(_folder, "batch");

        ScalingReport.WritePlot(path, Dimension, Points);

        var svg = File.ReadAllText(path + ".svg");
        Assert.All(["raw, batched", "memory", "MB", Dimension.Axis], text => Assert.Contains(text, svg, StringComparison.Ordinal));
        Assert.True(File.Exists(path + ".png"));
    }

    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(2, new[] { 1, 2 })]
    [InlineData(6, new[] { 1, 2, 4, 6 })]
    public void Cores_AreDoubledUpToAll(int all, int[] expected) => Assert.Equal(expected, Cores.Counts(all));
}
