using System.Net;
using ResNetService.Api.Tests.Security;

namespace ResNetService.Api.Tests.OpenInference;

/// <summary>An administrator who says when models come and go.</summary>
public sealed class RepositoryControlTests
{
    [Theory]
    [InlineData("load")]
    [InlineData("unload")]
    public async Task LoadAndUnload_ByDefault_AreRefused_WithTheSetting(string what)
    {
        using var host = new ServiceHost(Callers.Settings);
        using var response = await AskAsync(host, $"color/{what}");

        Assert.Contains("Models:Control is false", await response.ReadErrorAsync(400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_OfWhatHasBeenPutThere_AnswersWhenItServes_AndUnloadWhenItDoesNot()
    {
        var models = TinyModelRepository.WithColor();
        using var host = new ServiceHost(new(Callers.Settings) { ["Models:Control"] = "true", ["Models:WatchInterval"] = "00:00:00" }, models: models);
        models.Add("other", "1").Add("broken", "1", [1], TinyModelRepository.Manifest());

        using var loaded = await AskAsync(host, "other/load");
        Assert.Equal("""[{"name":"other","version":"1","state":"READY","reason":""}]""", (await loaded.ReadAsync(HttpStatusCode.OK)).GetRawText());
        Assert.Equal("ready", (await ModelAsync(host, "other")));
        using var broken = await AskAsync(host, "broken/load");
        Assert.Contains("model.onnx", await broken.ReadErrorAsync(400), StringComparison.Ordinal);
        using var unloaded = await AskAsync(host, "other/unload");
        await unloaded.ReadAsync(HttpStatusCode.OK);
        Assert.Equal("unloaded", (await ModelAsync(host, "other")));
    }

    [Theory]
    [InlineData("none/load", 404)]
    [InlineData("none/unload", 404)]
    [InlineData("..%2Fcolor/load", 404)]
    [InlineData("color/unload", 400)]
    public async Task Load_OfWhatIsNotThere_AndUnloadOfTheDefault_AreRefused(string path, int status)
    {
        using var host = new ServiceHost(new(Callers.Settings) { ["Models:Control"] = "true" });
        using var response = await AskAsync(host, path);

        await response.ReadErrorAsync(status);
    }

    /// <summary>Triton would load what the request brings; nobody is to believe that it was.</summary>
    [Theory]
    [InlineData("""{"parameters":{"config":"{}"}}""", "neither 'config' nor files")]
    [InlineData("""{"parameters":{"file:1/model.onnx":"AAAA"}}""", "neither 'config' nor files")]
    [InlineData("""{"parameters":[]}""", "'parameters' is no JSON object")]
    [InlineData("{", "is no JSON")]
    [InlineData("""{"parameters":{"other":1},"id":"x"}""", null)]
    [InlineData("", null)]
    public async Task Load_WithAModelInTheRequest_IsRefused(string body, string? fault)
    {
        using var host = new ServiceHost(new(Callers.Settings) { ["Models:Control"] = "true" });
        using var content = new StringContent(body);
        using var response = await AskAsync(host, "color/load", content);

        if (fault is null)
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        else
            Assert.Contains(fault, await response.ReadErrorAsync(400), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> AskAsync(ServiceHost host, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v2/repository/models/{path}") { Content = content };
        var (name, value) = Callers.Bearer(Callers.Administrator);
        request.Headers.TryAddWithoutValidation(name, value);
        return await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<string> ModelAsync(ServiceHost host, string name)
    {
        using var response = await host.Client.AskAsync("GET", $"/models/{name}", Callers.Bearer(Callers.Classifier));
        return (await response.ReadAsync(HttpStatusCode.OK)).Text("state");
    }
}
