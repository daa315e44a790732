namespace ResNetService.Api.Tests.Clients;

/// <summary>Client libraries of other projects, as they come.</summary>
public sealed class OtherClientsTests : IDisposable
{
    private static readonly string Cat = Path.Combine(Repository.Root, "samples", "cat.jpg");

    private readonly ServiceHost _host = new(new() { ["Models:Path"] = Path.Combine(Repository.Root, "models"), ["Grpc:Url"] = "http://127.0.0.2:0" });

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task HuggingFacesClient_ForJavaScript_ClassifiesAndUnderstandsErrors()
    {
        var answers = await NodeClient.RunAsync("huggingface.js", new Uri(_host.Addresses[0], "/models/resnet20-cifar10").AbsoluteUri, Cat);

        foreach (var way in (string[])["typed", "untyped", "withToken"])
        {
            var classes = answers.GetProperty(way).EnumerateArray().ToArray();
            Assert.Equal(5, classes.Length);
            Assert.Equal("cat", classes[0].Text("label"));
            Assert.InRange(classes[0].GetProperty("score").GetDouble(), 0.98, 1);
        }

        Assert.Contains("Failed to perform inference: ", answers.GetProperty("error").Text("message"), StringComparison.Ordinal);
        Assert.Equal(415, answers.GetProperty("error").GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task GrpcsClient_ForJavaScript_FromTheProtocolsFile_IsAnswered()
    {
        var proto = Path.Combine(Repository.Root, "src", "ResNetService.Api", "OpenInference", "Grpc", "open_inference.proto");

        var answers = await NodeClient.RunAsync("grpc.js", _host.Addresses[1].Authority, proto, "resnet20-cifar10", Cat);

        Assert.True(answers.GetProperty("live").GetProperty("live").GetBoolean());
        Assert.True(answers.GetProperty("ready").GetProperty("ready").GetBoolean());
        Assert.Equal("ResNetService", answers.GetProperty("server").Text("name"));
        Assert.Equal("""[{"shape":[-1,32,32,3],"name":"image","datatype":"UINT8"}]""", answers.GetProperty("model").GetProperty("inputs").GetRawText());
        Assert.Equal(5, answers.GetProperty("unknown").GetProperty("code").GetInt32());
        Assert.Equal(3, answers.GetProperty("wrong").GetProperty("code").GetInt32());
        Assert.Equal("a", answers.Text("id"));
        Assert.Equal(10, answers.GetProperty("logits").GetArrayLength());
        Assert.EndsWith(":3:cat", answers.Text("best"), StringComparison.Ordinal);
    }
}
