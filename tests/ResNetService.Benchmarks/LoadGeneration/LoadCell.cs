namespace ResNetService.Benchmarks.LoadGeneration;

/// <summary>One measurement of one server in one round.</summary>
/// <param name="Server">Its name.</param>
/// <param name="Load">As tables show it: <c>c=16</c>, <c>40/s Poisson</c>.</param>
/// <param name="RequestsPerSecond">Answered with 200.</param>
/// <param name="P50">Latency in seconds, as <paramref name="P95"/> and <paramref name="P99"/>; NaN where nothing was answered.</param>
/// <param name="Answered">Fraction of the requests that were answered with 200.</param>
/// <param name="CpuSecondsPerImage">Of the server and its children.</param>
/// <param name="PeakBytes">Most resident memory of the server and its children in this measurement.</param>
internal sealed record LoadCell(
    int Round, string Server, string Load, double RequestsPerSecond, double P50, double P95, double P99, double Answered, double CpuSecondsPerImage, long PeakBytes);
