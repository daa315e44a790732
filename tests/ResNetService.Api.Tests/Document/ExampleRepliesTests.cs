using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using ResNetService.Api.Classify;
using ResNetService.Api.Document;
using ResNetService.Api.Embed;
using ResNetService.Api.Explain;
using ResNetService.Api.Health;
using ResNetService.Api.HuggingFace;
using ResNetService.Api.Models;
using ResNetService.Api.OpenInference;
using ResNetService.Api.Stats;

namespace ResNetService.Api.Tests.Document;

/// <summary>The examples of the document are replies, with every property and no other.</summary>
public sealed class ExampleRepliesTests(ServiceHost host) : IClassFixture<ServiceHost>
{
    public static TheoryData<string, string, Type> Examples => new()
    {
        { "classify", "200", typeof(ClassifyReply) },
        { "explain", "200", typeof(ExplainReply) },
        { "embed", "200", typeof(EmbedReply) },
        { "listModels", "200", typeof(ModelList) },
        { "getModel", "200", typeof(ModelReply) },
        { "getLabels", "200", typeof(LabelsReply) },
        { "stats", "200", typeof(StatsReply) },
        { "live", "200", typeof(LiveReply) },
        { "live", "503", typeof(LiveReply) },
        { "startup", "200", typeof(LiveReply) },
        { "startup", "503", typeof(LiveReply) },
        { "modelHealth", "200", typeof(HealthReply) },
        { "modelHealth", "503", typeof(HealthReply) },
        { "ready", "200", typeof(HealthReply) },
        { "ready", "503", typeof(HealthReply) },
        { "huggingFaceClassify", "200", typeof(IReadOnlyList<LabelScore>) },
        { "serverMetadata", "200", typeof(ServerMetadata) },
        { "serverLive", "200", typeof(ServerLive) },
        { "serverLive", "503", typeof(ServerLive) },
        { "serverReady", "200", typeof(ServerReady) },
        { "serverReady", "503", typeof(ServerReady) },
        { "modelMetadata", "200", typeof(ModelMetadata) },
        { "modelVersionMetadata", "200", typeof(ModelMetadata) },
        { "modelReady", "200", typeof(ModelReady) },
        { "modelReady", "503", typeof(ModelReady) },
        { "repositoryIndex", "200", typeof(IReadOnlyList<RepositoryEntry>) },
        { "loadModel", "200", typeof(IReadOnlyList<RepositoryEntry>) },
        { "unloadModel", "200", typeof(IReadOnlyList<RepositoryEntry>) },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_IsAReplyToTheLetter(string operation, string status, Type type)
    {
        var options = new JsonSerializerOptions(host.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions)
        {
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectRequiredConstructorParameters = true,
            RespectNullableAnnotations = true,
        };
        options.TypeInfoResolverChain.Clear();
        options.TypeInfoResolverChain.Add(new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver());
        var example = ExampleReplies.Read(operation, status)!;

        var reply = example.Deserialize(type, options);

        Assert.True(JsonElement.DeepEquals(JsonSerializer.SerializeToElement(example), JsonSerializer.SerializeToElement(reply, type, options)), $"{operation} {status}: {JsonSerializer.Serialize(reply, type, options)}");
    }

    [Fact]
    public async Task Document_HasAnExampleOfEveryReplyInJson()
    {
        var document = await host.Client.GetJsonAsync("/swagger/v1/swagger.json");
        var missing =
            from path in document.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            from response in operation.Value.GetProperty("responses").EnumerateObject()
            where response.Value.TryGetProperty("content", out _)
            from content in response.Value.GetProperty("content").EnumerateObject()
            where content.Name.EndsWith("json", StringComparison.Ordinal) && !(content.Value.TryGetProperty("example", out _) && content.Value.TryGetProperty("schema", out _))
            select $"{operation.Name} {path.Name} {response.Name} {content.Name}";

        Assert.Empty(missing);
    }
}
