using System.Net;
using System.Text;
using System.Text.Json;
using ResNetService.Api.Tests.OpenInference;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Tests.HuggingFace;

public sealed class HuggingFaceTests(ServiceHost host) : IClassFixture<ServiceHost>
{
    [Theory]
    [InlineData("image/png")]
    [InlineData("application/octet-stream")]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task RawBody_OfAnyType_HasItsClasses_BestFirst(string? type)
    {
        var classes = await AskAsync(Replies.Raw(Replies.Green, type));

        Assert.Equal(["label", "score"], classes[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal(["green", "red", "blue"], classes.Select(c => c.Text("label")));
        Assert.Equal(1, classes.Sum(c => c.GetProperty("score").GetDouble()), 1e-9);
    }

    [Theory]
    [InlineData("BASE64", "")]
    [InlineData("data:image/png;base64,BASE64", "")]
    [InlineData("BASE64", ""","parameters":{},"options":{"wait_for_model":true}""")]
    [InlineData("BASE64", ""","parameters":{"top_k":9,"function_to_apply":"softmax"}""")]
    [InlineData("BASE64", ""","parameters":null""")]
    public async Task Json_WithBase64_IsTheSame(string inputs, string rest)
    {
        var json = $$"""{"inputs":"{{inputs.Replace("BASE64", Convert.ToBase64String(Replies.Green), StringComparison.Ordinal)}}"{{rest}}}""";

        Assert.Equal(["green", "red", "blue"], (await AskAsync(Replies.Json(json))).Select(c => c.Text("label")));
        Assert.Equal(["green", "red", "blue"], (await AskAsync(Replies.Raw(Encoding.UTF8.GetBytes(" \n" + json), "application/x-www-form-urlencoded"))).Select(c => c.Text("label")));
    }

    [Fact]
    public async Task TopK_IsHowManyClassesThereAre()
    {
        var json = $$$$"""{"inputs":"{{{{Convert.ToBase64String(Replies.Blue)}}}}","parameters":{"top_k":1}}""";

        Assert.Equal("blue", Assert.Single(await AskAsync(Replies.Json(json))).Text("label"));
    }

    [Theory]
    [InlineData("{}", "wrong at $")]
    [InlineData("[]", "wrong at $")]
    [InlineData("""{"inputs":5}""", "wrong at $.inputs")]
    [InlineData("""{"inputs":null}""", "wrong at $.inputs")]
    [InlineData("""{"inputs":"https://example.org/cat.jpg"}""", "addresses are not fetched")]
    [InlineData("""{"inputs":"data:image/png,abc"}""", "not base64")]
    [InlineData("""{"inputs":""}""", "empty")]
    [InlineData("""{"inputs":"AAAA","parameters":{"top_k":0}}""", "top_k is 0")]
    [InlineData("""{"inputs":"AAAA","parameters":{"top_k":"all"}}""", "$.parameters.top_k")]
    [InlineData("""{"inputs":"AAAA","parameters":{"topk":1}}""", "wrong at $.parameters")]
    [InlineData("""{"inputs":"AAAA","parameters":{"function_to_apply":"sigmoid"}}""", "only 'softmax'")]
    public async Task Json_ThatIsWrong_IsRefused(string json, string words) =>
        Assert.Contains(words, await FailAsync(Replies.Json(json), 400), StringComparison.Ordinal);

    [Fact]
    public async Task Image_ThatIsNone_HasTheStatusOfItsKind()
    {
        await FailAsync(Replies.Raw(Replies.NoImage, null), 415);
        await FailAsync(Replies.Raw(Replies.Broken), 422);
        await FailAsync(Replies.Raw([]), 400);
    }

    [Fact]
    public async Task Model_ThatThereIsNot_IsNotFound() =>
        Assert.Contains("color:1", await FailAsync(Replies.Raw(Replies.Red), 404, "/models/none"), StringComparison.Ordinal);

    [Fact]
    public async Task Version_IsPartOfTheName() => Assert.Equal("red", (await AskAsync(Replies.Raw(Replies.Red), "/models/color:1"))[0].Text("label"));

    [Fact]
    public async Task Get_StillDescribesTheModel() => Assert.Equal("color", (await host.Client.GetJsonAsync("/models/color")).Text("name"));

    [Fact]
    public async Task Model_ThatIsNotThereYet_SaysWhenItMayBe()
    {
        using var other = new ServiceHost();
        await ((IAsyncDisposable)other.Services.GetRequiredService<IModelCatalog>()).DisposeAsync();
        using var response = await other.Client.PostAsync(new Uri("/models/color", UriKind.Relative), Replies.Raw(Replies.Red), TestContext.Current.CancellationToken);

        var error = await response.ReadAsync(HttpStatusCode.ServiceUnavailable);
        Assert.NotEmpty(error.Text("error"));
        Assert.True(error.GetProperty("estimated_time").GetDouble() > 0);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    private async Task<JsonElement[]> AskAsync(HttpContent content, string path = "/models/color")
    {
        using var response = await host.Client.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        return [.. (await response.ReadAsync(HttpStatusCode.OK)).EnumerateArray()];
    }

    private async Task<string> FailAsync(HttpContent content, int status, string path = "/models/color")
    {
        using var response = await host.Client.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        return await response.ReadErrorAsync(status);
    }
}
