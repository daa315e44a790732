using System.Globalization;
using System.Text.Json;
using ResNetService.Modeling.Tables;

namespace ResNetService.Modeling.Benchmarking;

/// <param name="Provider"><c>cpu</c> or <c>cuda</c>: where the graph ran.</param>
/// <param name="Device">The processor in words.</param>
/// <param name="InstructionSet">Of the CPU, which decodes on a GPU too.</param>
/// <param name="Threads">Of one run; on a GPU 1.</param>
/// <param name="Runners">Runs at once.</param>
/// <param name="Seconds">Of each measurement.</param>
internal sealed record BenchmarkReport(
    string Model,
    string Architecture,
    string Precision,
    string Provider,
    string Device,
    string InstructionSet,
    int Threads,
    int Runners,
    double Seconds,
    int Images,
    string ImageSource,
    IReadOnlyList<Measurement> Measurements)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private static readonly string[] Header = ["", "batch", "images/s", "p50, ms", "p95, ms", "p99, ms", "runs"];

    public IEnumerable<string> Text() =>
    [
        $"model      {Model} ({Architecture}, {Precision})",
        $"provider   {Provider}: {Device}",
        $"decoding   CPU ({InstructionSet})",
        string.Create(CultureInfo.InvariantCulture, $"runs       {Runners} at once, threads of each: {Threads}; {Seconds} s a line after warm-up"),
        string.Create(CultureInfo.InvariantCulture, $"images     {Images}: {ImageSource}"),
        "",
        .. TextTable.Lines(Measurements.Select(Cells).Prepend(Header)),
    ];

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    private static string[] Cells(Measurement m) =>
    [
        m.What,
        Show(m.Batch, "F0"),
        Show(m.ImagesPerSecond, "F1"),
        Show(m.P50Ms, "F2"),
        Show(m.P95Ms, "F2"),
        Show(m.P99Ms, "F2"),
        Show(m.Runs, "F0"),
    ];

    private static string Show(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
