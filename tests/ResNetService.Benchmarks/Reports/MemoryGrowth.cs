using ResNetService.Benchmarks.Measurement;

namespace ResNetService.Benchmarks.Reports;

/// <summary>Resident memory by quarters of a run, each by its median.</summary>
/// <param name="Samples">Bytes, in order, at equal distances; four or more.</param>
internal sealed record MemoryGrowth(IReadOnlyList<double> Samples)
{
    /// <summary>0 for none, 0.03 for 3 % more in the last quarter than in the first.</summary>
    public double FirstToLast => (Quarter(3) / Quarter(0)) - 1;

    public MarkdownTable Table()
    {
        var table = new MarkdownTable("resident memory, MB", "first quarter", "second", "third", "last", "last to first", "peak");
        table.Add("service", Show.Megabytes(Quarter(0)), Show.Megabytes(Quarter(1)), Show.Megabytes(Quarter(2)), Show.Megabytes(Quarter(3)), Show.Percent(FirstToLast), Show.Megabytes(Samples.Max()));
        return table;
    }

    private double Quarter(int quarter)
    {
        var (from, to) = (Samples.Count * quarter / 4, Samples.Count * (quarter + 1) / 4);
        return Distribution.Median(Samples.Skip(from).Take(to - from));
    }
}
