using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using ResNetService.Api.Telemetry;
using ResNetService.Inference.Telemetry;

namespace ResNetService.Api.Tests.Telemetry;

/// <summary>docs/observability.md names every instrument of the service, as it is and with the tags that it has.</summary>
public sealed partial class MetricTableTests
{
    private const string Document = "docs/observability.md";
    private const string Begin = "<!-- The table is written by MetricTableTests, from the instruments. -->\n";
    private const string End = "<!-- End of the table. -->";

    private static readonly string[] Meters = [InferenceMeter.Name, ServiceMeter.Name, "ResNetService.Cache"];

    [Fact]
    public async Task Table_IsWhatTheInstrumentsAre()
    {
        var (instruments, tags) = (new ConcurrentDictionary<string, Instrument>(), new ConcurrentDictionary<string, SortedSet<string>>());
        await using var host = new ServiceHost(new() { ["Cache:Enabled"] = "true" });
        var own = host.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == own && Meters.Contains(instrument.Meter.Name) && instruments.TryAdd(instrument.Name, instrument))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, _, keys, _) => Add(instrument, keys));
        listener.SetMeasurementEventCallback<long>((instrument, _, keys, _) => Add(instrument, keys));
        listener.SetMeasurementEventCallback<double>((instrument, _, keys, _) => Add(instrument, keys));
        listener.Start();
        await host.Client.PostAsync(Replies.Raw(Replies.Red));
        await host.Client.FailAsync(Replies.Raw(Replies.NoImage), 415, "unsupported-image");
        listener.RecordObservableInstruments();

        string[] rows = [.. instruments.Values.OrderBy(instrument => instrument.Name, StringComparer.Ordinal).Select(instrument =>
            $"| `{instrument.Name}` | `{PrometheusName(instrument)}` | {Kind(instrument)} | {string.Join(", ", tags[instrument.Name].Select(tag => $"`{tag}`"))} | {instrument.Description} |")];
        var document = (await File.ReadAllTextAsync(Path.Combine(Repository.Root, Document), TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");
        var (begin, end) = (document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, document.IndexOf(End, StringComparison.Ordinal));
        Approval.Check(Document, $"{document[..begin]}| name | in Prometheus | kind | tags | what |\n|---|---|---|---|---|\n{string.Join('\n', rows)}\n{document[end..]}");

        void Add(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> keys)
        {
            var set = tags.GetOrAdd(instrument.Name, _ => new(StringComparer.Ordinal));
            lock (set)
            {
                foreach (var key in keys)
                    set.Add(key.Key);
            }
        }
    }

    /// <summary>Under the names that the table has for Prometheus, and with buckets as the instruments advise.</summary>
    [Fact]
    public async Task Names_OfTheTable_AreThoseOfAScrape()
    {
        using var service = await RunningService.StartAsync("--Cache:Enabled=true");
        await service.Client.PostAsync(Replies.Raw(Replies.Red));
        await service.Client.FailAsync(Replies.Raw(Replies.NoImage), 415, "unsupported-image");
        var (_, text) = await Scrape.GetAsync(service.Client);

        var names = Row().Matches(await File.ReadAllTextAsync(Path.Combine(Repository.Root, Document), TestContext.Current.CancellationToken)).Select(match => match.Groups["name"].Value).ToArray();
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains($"\n# TYPE {name} ", text, StringComparison.Ordinal));
        Assert.Equal(
            names.Order(StringComparer.Ordinal),
            text.Split('\n').Where(line => line.StartsWith("# TYPE resnet_", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]).Order(StringComparer.Ordinal));
        Assert.Contains("stage=\"decode\",le=\"0.00025\"}", text, StringComparison.Ordinal);
        Assert.Contains("resnet_batch_size_bucket{model=\"color\",le=\"8\"}", text, StringComparison.Ordinal);
    }

    private static string PrometheusName(Instrument instrument) =>
        instrument.Name.Replace('.', '_') + (instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" }) + (Kind(instrument).StartsWith("counter", StringComparison.Ordinal) ? "_total" : "");

    private static string Kind(Instrument instrument)
    {
        var type = instrument.GetType().Name.Split('`')[0];
        var kind = type switch { "Histogram" => "histogram", "Counter" => "counter", "ObservableUpDownCounter" or "ObservableGauge" => "gauge", _ => throw new InvalidOperationException($"What is a {type} in Prometheus?") };
        return instrument.Unit is { Length: > 0 } unit ? $"{kind}, {unit.Trim('{', '}') switch { "s" => "seconds", "By" => "bytes", "batch" => "batches", "1" => "from 0 to 1", var things => things + "s" }}" : kind;
    }

    [GeneratedRegex(@"^\| `resnet[\w.]+` \| `(?<name>\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
