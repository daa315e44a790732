using System.Text.Json;
using System.Text.Json.Serialization;
using ResNetService.Api.Classify;
using ResNetService.Api.Embed;
using ResNetService.Api.Errors;
using ResNetService.Api.Explain;
using ResNetService.Api.Health;
using ResNetService.Api.HuggingFace;
using ResNetService.Api.Models;
using ResNetService.Api.OpenInference;
using ResNetService.Api.Stats;

namespace ResNetService.Api.Hosting;

internal static class Json
{
    /// <summary>Replies are written by generated code. Values of enums are one lower-case word, as in <c>manifest.json</c>: <c>fp32</c>, <c>uint8</c>, <c>ready</c>.</summary>
    public static void AddJson(this WebApplicationBuilder builder) => builder.Services.ConfigureHttpJsonOptions(json =>
    {
        json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(new LowerCase()));
        json.SerializerOptions.TypeInfoResolverChain.Insert(0, ReplyJson.Default);
    });

    private sealed class LowerCase : JsonNamingPolicy
    {
        public override string ConvertName(string name) => name.ToLowerInvariant();
    }
}

[JsonSerializable(typeof(ClassifyReply))]
[JsonSerializable(typeof(EmbedReply))]
[JsonSerializable(typeof(ExplainReply))]
[JsonSerializable(typeof(LabelsReply))]
[JsonSerializable(typeof(StatsReply))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ModelReply))]
[JsonSerializable(typeof(HealthReply))]
[JsonSerializable(typeof(LiveReply))]
[JsonSerializable(typeof(IReadOnlyList<ImageProblem>))]
[JsonSerializable(typeof(ErrorReply))]
[JsonSerializable(typeof(IReadOnlyList<LabelScore>))]
[JsonSerializable(typeof(ServerMetadata))]
[JsonSerializable(typeof(ServerLive))]
[JsonSerializable(typeof(ServerReady))]
[JsonSerializable(typeof(ModelMetadata))]
[JsonSerializable(typeof(ModelReady))]
[JsonSerializable(typeof(IReadOnlyList<RepositoryEntry>))]
internal sealed partial class ReplyJson : JsonSerializerContext;
