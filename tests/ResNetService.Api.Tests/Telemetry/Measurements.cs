using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace ResNetService.Api.Tests.Telemetry;

/// <summary>What one instrument of a service measures, from now on.</summary>
internal sealed class Measurements<T>(ServiceHost host, string meter, string instrument) : IDisposable
    where T : struct
{
    private readonly MetricCollector<T> _collector = new(host.Services.GetRequiredService<IMeterFactory>(), meter, instrument);

    public IReadOnlyList<CollectedMeasurement<T>> All => _collector.GetMeasurementSnapshot();

    /// <summary>Each set of tags with the sum of its values, in order, as <c>a=1 b=2: 3</c>.</summary>
    public string[] Sums() => [.. All
        .GroupBy(TagsOf, measurement => Convert.ToDouble(measurement.Value, CultureInfo.InvariantCulture))
        .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Key}: {group.Sum()}")).Order(StringComparer.Ordinal)];

    /// <summary>Each set of tags with the number of its values.</summary>
    public string[] Counts() => [.. All.GroupBy(TagsOf).Select(group => $"{group.Key}: {group.Count()}").Order(StringComparer.Ordinal)];

    /// <summary>Of an instrument that is asked, now.</summary>
    public string[] Observe()
    {
        _collector.Clear();
        _collector.RecordObservableInstruments();
        return Sums();
    }

    /// <summary>Ends when there are so many values: those of a request may come after its answer.</summary>
    public Task WaitAsync(int count) => _collector.WaitForMeasurementsAsync(count, TestContext.Current.CancellationToken);

    public void Dispose() => _collector.Dispose();

    private static string TagsOf(CollectedMeasurement<T> measurement) => string.Join(' ', measurement.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"));
}
