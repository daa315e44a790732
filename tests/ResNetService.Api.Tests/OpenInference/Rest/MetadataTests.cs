using System.Net;
using System.Text.Json;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Tests.OpenInference.Rest;

public sealed class MetadataTests
{
    [Theory]
    [InlineData("/v2/health/live", """{"live":true}""")]
    [InlineData("/v2/health/ready", """{"ready":true}""")]
    [InlineData("/v2", """{"name":"ResNetService","version":"0.1.0","extensions":["binary_tensor_data","classification","model_repository"]}""")]
    [InlineData("/v2/models/color", """{"name":"color","versions":["1","2"],"platform":"onnx_onnxv1","inputs":[{"name":"image","datatype":"UINT8","shape":[-1,8,8,3]}],"outputs":[{"name":"logits","datatype":"FP32","shape":[-1,3]}]}""")]
    [InlineData("/v2/models/color/versions/1", """{"name":"color","versions":["1","2"],"platform":"onnx_onnxv1","inputs":[{"name":"image","datatype":"UINT8","shape":[-1,8,8,3]}],"outputs":[{"name":"logits","datatype":"FP32","shape":[-1,3]}]}""")]
    [InlineData("/v2/models/float", """{"name":"float","versions":["3"],"platform":"onnx_onnxv1","inputs":[{"name":"input","datatype":"FP32","shape":[-1,3,8,8]}],"outputs":[{"name":"output","datatype":"FP32","shape":[-1,3]}]}""")]
    [InlineData("/v2/models/color/ready", """{"name":"color","ready":true}""")]
    [InlineData("/v2/models/color/versions/2/ready", """{"name":"color","ready":true}""")]
    public async Task Get_AnswersByTheLetterOfTheProtocol(string path, string expected)
    {
        using var host = Host();

        Assert.Equal(expected, (await host.Client.GetJsonAsync(path)).GetRawText());
    }

    [Theory]
    [InlineData("/v2/models/none")]
    [InlineData("/v2/models/none/ready")]
    [InlineData("/v2/models/color/versions/9")]
    [InlineData("/v2/models/color/versions/9/ready")]
    [InlineData("/v2/models/color/versions/one/ready")]
    public async Task Get_OfAModelThatThereIsNot_NamesThoseThatThereAre(string path)
    {
        using var host = Host();
        using var response = await host.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Contains("color:1", await response.ReadErrorAsync(404), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_OfAModelThatIsInvalid_IsFalse()
    {
        using var host = Host();

        var ready = await host.Client.GetJsonAsync("/v2/models/broken/ready", HttpStatusCode.ServiceUnavailable);

        Assert.Equal("""{"name":"broken","ready":false}""", ready.GetRawText());
    }

    [Fact]
    public async Task Request_AfterTheModelsHaveEnded_IsToldToComeAgain()
    {
        using var host = Host();
        await ((IAsyncDisposable)host.Services.GetRequiredService<IModelCatalog>()).DisposeAsync();

        using var refused = await host.Client.SendAsync(Replies.Json(V2.RedJson));
        await refused.ReadErrorAsync(503);
        Assert.NotNull(refused.Headers.RetryAfter);
    }

    [Theory]
    [InlineData("GET", "/v2/nothing", 404)]
    [InlineData("GET", "/v2/models", 404)]
    [InlineData("POST", "/v2", 405)]
    [InlineData("GET", "/v2/models/color/infer", 405)]
    [InlineData("DELETE", "/v2/models/color", 405)]
    public async Task ErrorsOfTheFramework_AreTheProtocols(string method, string path, int status)
    {
        using var host = Host();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Contains(path, await response.ReadErrorAsync(status), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{"ready":false,"other":[1]}""")]
    public async Task Index_ListsEveryModel(string? body)
    {
        using var host = Host();

        var models = await IndexAsync(host, body);

        Assert.Equal(
            [("broken", "1", "UNAVAILABLE"), ("color", "1", "READY"), ("color", "2", "READY"), ("float", "3", "READY")],
            models.Select(model => (model.Text("name"), model.Text("version"), model.Text("state"))));
        Assert.All(models, model => Assert.Equal(model.Text("state") == "READY", model.Text("reason").Length == 0));
    }

    [Fact]
    public async Task Index_OfReadyModels_LeavesOutTheOthers()
    {
        using var host = Host();

        Assert.DoesNotContain("broken", (await IndexAsync(host, """{"ready":true}""")).Select(model => model.Text("name")));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("no JSON")]
    [InlineData("""{"ready":"yes"}""")]
    [InlineData("""{"ready":true,"ready":true}""")]
    [InlineData("""{"ready":true} more""")]
    public async Task Index_WithAnotherBody_IsRefused(string body)
    {
        using var host = Host();
        using var response = await host.Client.PostAsync(new Uri("/v2/repository/index", UriKind.Relative), Replies.Json(body), TestContext.Current.CancellationToken);

        await response.ReadErrorAsync(400);
    }

    private static ServiceHost Host() => new([], models: TinyModelRepository.WithColor().Add("color", "2")
        .Add("float", "3", TinyOnnx.MeanChannel(TinyModelRepository.Size), TinyModelRepository.Manifest("input", "float32", "nchw", "output"))
        .Add("broken", "1", [1, 2, 3], TinyModelRepository.Manifest()));

    private static async Task<JsonElement[]> IndexAsync(ServiceHost host, string? body)
    {
        using var content = body is null ? null : Replies.Json(body);
        using var response = await host.Client.PostAsync(new Uri("/v2/repository/index", UriKind.Relative), content, TestContext.Current.CancellationToken);
        return [.. (await response.ReadAsync(HttpStatusCode.OK)).EnumerateArray()];
    }
}
