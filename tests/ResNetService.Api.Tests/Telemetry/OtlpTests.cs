using OpenTelemetry.Trace;

namespace ResNetService.Api.Tests.Telemetry;

/// <summary>A service that is told of a collector, and what the collector gets.</summary>
public sealed class OtlpTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string CallerSpan = "b7ad6b7169203331";

    /// <summary>Field numbers of opentelemetry-proto: the spans, records or metrics of a request, through resource and scope.</summary>
    private static readonly int[] Items = [1, 2, 2];

    private static readonly Dictionary<string, string> Hurried = new() { ["OTEL_METRIC_EXPORT_INTERVAL"] = "300", ["OTEL_BSP_SCHEDULE_DELAY"] = "100", ["OTEL_BLRP_SCHEDULE_DELAY"] = "100" };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Collector_IsSentMetricsTracesAndLogs(bool standardVariable)
    {
        await using var receiver = await OtlpReceiver.StartAsync(grpc: standardVariable);
        using var service = standardVariable
            ? await RunningService.StartAsync(new Dictionary<string, string>(Hurried) { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address })
            : await RunningService.StartAsync(new Dictionary<string, string>(Hurried), $"--Telemetry:Otlp:Endpoint={receiver.Address}", "--Telemetry:Otlp:Protocol=HttpProtobuf");
        using var content = Replies.Raw(Replies.Red);
        content.Headers.Add("traceparent", $"00-{TraceId}-{CallerSpan}-01");
        await service.Client.PostAsync(content);
        using var refused = Replies.Raw(Replies.NoImage);
        refused.Headers.Add("traceparent", $"00-{TraceId}-{CallerSpan}-01");
        Assert.Contains(TraceId, (await service.Client.FailAsync(refused, 415, "unsupported-image")).Text("traceId"), StringComparison.Ordinal);

        await CheckTraceAsync(receiver);
        var log = await receiver.UntilAsync("ogs", messages => messages.SelectMany(message => message.At(Items))
            .FirstOrDefault(record => record.At(5).Single().Text(1) is var body && body.Contains("/classify", StringComparison.Ordinal) && body.Contains("responded 200", StringComparison.Ordinal)));
        Assert.Equal(TraceId, log.Hex(9));
        var metrics = await receiver.UntilAsync("etrics", messages => messages.SelectMany(message => message.At(Items)).Select(metric => metric.Text(1)).ToHashSet() is var names
            && names.IsSupersetOf(["resnet.stage.duration", "resnet.images", "resnet.model.info", "http.server.request.duration", "process.memory.usage", "dotnet.gc.collections"]) ? names : null);
        Assert.DoesNotContain("dotnet.process.cpu.time", metrics);
        foreach (var signal in new[] { "race", "ogs", "etrics" })
        {
            var resource = await receiver.UntilAsync(signal, messages => messages.Count > 0 ? messages[0].At(1, 1).First().Attributes(1) : null);
            Assert.Equal(("resnet-service", "0.1.0"), (resource["service.name"], resource["service.version"]));
        }
    }

    [Fact]
    public async Task Service_WithoutACollector_ExportsNothing()
    {
        await using var host = new ServiceHost();

        Assert.Null(host.Services.GetService<TracerProvider>());
    }

    [Theory]
    [InlineData("collector:4317")]
    [InlineData("ftp://collector")]
    [InlineData("not an address")]
    public async Task Endpoint_ThatIsNoAddress_KeepsTheServiceFromStarting(string endpoint)
    {
        using var models = TinyModelRepository.WithColor();
        using var service = new ServiceProcess($"--Models:Path={models.Path}", "--urls=http://127.0.0.1:0", $"--Telemetry:Otlp:Endpoint={endpoint}");
        var (exitCode, errors, _) = await service.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("Telemetry:Otlp:Endpoint is no address of a collector; it would be right as http://host:4317", errors, StringComparison.Ordinal);
    }

    private static async Task CheckTraceAsync(OtlpReceiver receiver)
    {
        var spans = await receiver.UntilAsync("race", messages => messages.SelectMany(message => message.At(Items)).ToArray() is var all
            && all.Count(span => span.Text(5) == "POST /classify") == 2 && all.Any(span => span.Text(5) == "batch") ? all : null);
        var request = spans.First(span => span.Text(5) == "POST /classify" && span.Attributes(9)["http.response.status_code"] == "200");
        Assert.Equal((TraceId, CallerSpan), (request.Hex(1), request.Hex(4)));
        var stages = spans.Where(span => span.Hex(4) == request.Hex(2)).ToArray();
        Assert.Equal(["decode", "postprocess", "queue", "queue", "read", "run"], stages.Select(stage => stage.Text(5)).Order(StringComparer.Ordinal));
        Assert.All(stages, stage => Assert.True(stage.Hex(1) == TraceId && stage.Number(7) <= stage.Number(8)));
        Assert.All(stages.Where(stage => stage.Text(5) != "read"), stage => Assert.Equal(("color", "1"), (stage.Attributes(9)["resnet.model.name"], stage.Attributes(9)["resnet.model.version"])));

        var batch = Assert.Single(spans, span => span.Text(5) == "batch");
        var run = stages.Single(stage => stage.Text(5) == "run");
        Assert.Equal("1", batch.Attributes(9)["resnet.batch.size"]);
        Assert.Equal((batch.Hex(1), batch.Hex(2)), (run.At(13).Single().Hex(1), run.At(13).Single().Hex(2)));
        Assert.Equal((request.Hex(1), request.Hex(2)), (batch.At(13).Single().Hex(1), batch.At(13).Single().Hex(2)));
        Assert.NotEqual(TraceId, batch.Hex(1));
    }
}
