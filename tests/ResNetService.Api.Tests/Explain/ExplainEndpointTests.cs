using System.Net;
using System.Text.Json;
using ResNetService.Imaging;

namespace ResNetService.Api.Tests.Explain;

public sealed class ExplainEndpointTests(FeatureHost fixture) : IClassFixture<FeatureHost>
{
    private const string Route = "/explain";

    private HttpClient Client => fixture.Host.Client;

    [Fact]
    public async Task Explain_Image_IsAGridOverWhatTheNetworkSaw()
    {
        var reply = await Client.PostAsync(Replies.Raw(TinyImage.Png(40, 20, 200, 0, 0)), route: Route);

        Assert.Equal(("m", "1", "cpu", "fp32"), (reply.Text("model"), reply.Text("version"), reply.Text("provider"), reply.Text("precision")));
        var result = Assert.Single(reply.GetProperty("results").EnumerateArray());
        Assert.Equal((40, 20), (result.GetProperty("width").GetInt32(), result.GetProperty("height").GetInt32()));
        Assert.Equal((0, "red"), (result.GetProperty("prediction").GetProperty("index").GetInt32(), result.GetProperty("prediction").Text("label")));
        var map = result.GetProperty("map");
        Assert.Equal((8, 8), (map.GetProperty("rows").GetInt32(), map.GetProperty("columns").GetInt32()));
        Assert.All(map.GetProperty("values").EnumerateArray(), row => Assert.Equal(Enumerable.Repeat(200f, 8), row.EnumerateArray().Select(value => value.GetSingle())));
        var region = result.GetProperty("region");
        Assert.Equal((10, 0, 20, 20), (region.GetProperty("left").GetDouble(), region.GetProperty("top").GetDouble(), region.GetProperty("width").GetDouble(), region.GetProperty("height").GetDouble()));
        Assert.Equal(JsonValueKind.Null, result.GetProperty("error").ValueKind);
        Assert.True(reply.GetProperty("timings").GetProperty("totalMs").GetDouble() > 0);
    }

    [Theory]
    [InlineData("?class=1")]
    [InlineData("?class=green")]
    [InlineData("?class=g&model=m:1")]
    public async Task Explain_ClassInTheQuery_IsExplained(string query) => await AssertGreenAsync(Replies.Raw(Replies.Red), query);

    [Theory]
    [InlineData("1")]
    [InlineData("\"green\"")]
    public async Task Explain_ClassInJson_IsExplained(string value) =>
        await AssertGreenAsync(Replies.Json($$"""{"images":[{"data":"{{Convert.ToBase64String(Replies.Red)}}"}],"class":{{value}}}"""));

    [Fact]
    public async Task Explain_ClassInAForm_IsExplained()
    {
        using var form = Replies.Form(("r.png", Replies.Red));
        form.Add(new StringContent("green"), "class");

        await AssertGreenAsync(form);
    }

    [Fact]
    public async Task Explain_OneOfThemBroken_HarmsNoOther()
    {
        using var form = Replies.Form(("a.png", Replies.Red), ("b.txt", Replies.NoImage), ("c.png", Replies.Blue));
        var results = (await Client.PostAsync(form, route: Route)).GetProperty("results").EnumerateArray().ToArray();

        Assert.Equal(["a.png", "b.txt", "c.png"], results.Select(result => result.Text("name")));
        Assert.Equal([JsonValueKind.Object, JsonValueKind.Null, JsonValueKind.Object], results.Select(result => result.GetProperty("map").ValueKind));
        Assert.Equal("urn:resnetservice:problem:unsupported-image", results[1].GetProperty("error").Text("type"));
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("image/*")]
    [InlineData("image/png, application/json;q=0.5")]
    public async Task Explain_PngWanted_IsAPicture(string accept)
    {
        using var response = await SendAsync(Replies.Raw(TinyImage.Png(40, 20, 200, 0, 0)), accept);
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, "image/png"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        using var picture = new ImageDecoder(new ImageLimits(), new DecodeOptions()).Decode(bytes);
        Assert.Equal((448, 448), (picture.Width, picture.Height));
        // As hot as can be everywhere: no longer the photograph's pure red.
        Assert.True(picture.Pixels[1] > 100);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("*/*")]
    [InlineData("image/png;q=0.5, application/json")]
    [InlineData("image/png;q=0, */*")]
    [InlineData("image/webp")]
    public async Task Explain_PngNotPreferred_IsJson(string? accept)
    {
        using var response = await SendAsync(Replies.Raw(Replies.Red), accept);

        Assert.Equal((HttpStatusCode.OK, "application/json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Explain_PngOfSeveral_SaysThatOneIsOne()
    {
        using var response = await SendAsync(Replies.Form(("a.png", Replies.Red), ("b.png", Replies.Blue)), "image/png");

        Assert.Contains("2 images", (await response.ReadProblemAsync(400, "invalid-request")).Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?class=3", "0 to 2")]
    [InlineData("?class=wolf", "wolf")]
    [InlineData("?topK=1", "model and class are known")]
    [InlineData("?model=color", "resnet export --features")]
    public async Task Explain_WhatCannotBe_IsRefused(string query, string said) =>
        Assert.Contains(said, (await Client.FailAsync(Replies.Raw(Replies.Red), 400, "invalid-request", query, Route)).Text("detail"), StringComparison.Ordinal);

    [Fact]
    public async Task Explain_PropertyOfAnotherRoute_IsRefused() => Assert.Contains(
        "'topK'",
        (await Client.FailAsync(Replies.Json($$"""{"images":[{"data":"{{Convert.ToBase64String(Replies.Red)}}"}],"topK":1}"""), 400, "invalid-request", route: Route)).Text("detail"),
        StringComparison.Ordinal);

    [Fact]
    public async Task Explain_NoImage_IsAnErrorOfItsKind() => await Client.FailAsync(Replies.Raw(Replies.NoImage), 415, "unsupported-image", route: Route);

    private async Task AssertGreenAsync(HttpContent content, string query = "")
    {
        var result = (await Client.PostAsync(content, query, Route)).GetProperty("results")[0];
        Assert.Equal("green", result.GetProperty("prediction").Text("label"));
        // Green's row is -0.25, 1, -0.25; the image is 250, 10, 10.
        Assert.Equal(-55, result.GetProperty("map").GetProperty("values")[0][0].GetDouble());
    }

    private async Task<HttpResponseMessage> SendAsync(HttpContent content, string? accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Route) { Content = content };
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
