using System.Buffers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ResNetService.Api.Classify;
using ResNetService.Api.Hosting;
using ResNetService.ModelFormat;

namespace ResNetService.Benchmarks.Micro;

/// <summary>The answer to one photograph as JSON, by the service's own settings.</summary>
public class ReplyBenchmarks
{
    private readonly ClassifyReply _reply = new(
        "resnet50", "1", "cpu", Precision.Fp32,
        [
            new(
                "cat.jpg", 451, 300,
                [.. Enumerable.Range(0, 5).Select(i => new PredictionReply(280 + i, LabelSets.ImageNet[280 + i].Name, 0.9 / (i + 1.1)))],
                null),
        ],
        new(1.234, 0.123, 18.765, 20.321));

    private readonly ArrayBufferWriter<byte> _body = new();
    private JsonSerializerOptions _options = JsonSerializerOptions.Default;

    [GlobalSetup]
    public void SetUp()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddJson();
        _options = builder.Build().Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
    }

    [Benchmark]
    public int Serialize()
    {
        _body.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_body);
        JsonSerializer.Serialize(writer, _reply, _options);
        return _body.WrittenCount;
    }
}
