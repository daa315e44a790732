using System.Text.Json;

namespace ResNetService.Api.Tests.Embed;

public sealed class EmbedEndpointTests(FeatureHost fixture) : IClassFixture<FeatureHost>
{
    private const string Route = "/embed";

    private HttpClient Client => fixture.Host.Client;

    [Fact]
    public async Task Embed_Image_IsItsVector()
    {
        var reply = await Client.PostAsync(Replies.Raw(TinyImage.Png(10, 12, 30, 0, 40)), route: Route);

        Assert.Equal(("m", "1", "cpu", "fp32", 3), (reply.Text("model"), reply.Text("version"), reply.Text("provider"), reply.Text("precision"), reply.GetProperty("dimensions").GetInt32()));
        var result = Assert.Single(reply.GetProperty("results").EnumerateArray());
        Assert.Equal([30f, 0, 40], Vector(result));
        Assert.Equal((10, 12), (result.GetProperty("width").GetInt32(), result.GetProperty("height").GetInt32()));
        Assert.Equal(JsonValueKind.Null, result.GetProperty("error").ValueKind);
    }

    [Theory]
    [InlineData("?normalize=true")]
    [InlineData("?normalize=True&model=m")]
    public async Task Embed_Normalized_HasLengthOne(string query) =>
        Assert.Equal([0.6f, 0, 0.8f], Vector((await Client.PostAsync(Replies.Raw(TinyImage.Png(10, 12, 30, 0, 40)), query, Route)).GetProperty("results")[0]));

    [Fact]
    public async Task Embed_NormalizedByJsonAndByForm_HasLengthOne()
    {
        var image = TinyImage.Png(10, 12, 30, 0, 40);
        using var form = Replies.Form(("a.png", image));
        form.Add(new StringContent("true"), "normalize");
        using var json = Replies.Json($$"""{"images":[{"data":"{{Convert.ToBase64String(image)}}"}],"normalize":true}""");

        foreach (HttpContent body in new HttpContent[] { form, json })
            Assert.Equal([0.6f, 0, 0.8f], Vector((await Client.PostAsync(body, route: Route)).GetProperty("results")[0]));
    }

    [Fact]
    public async Task Embed_OneOfThemBroken_HarmsNoOther()
    {
        using var form = Replies.Form(("a.png", Replies.Red), ("b.txt", Replies.NoImage));
        var results = (await Client.PostAsync(form, route: Route)).GetProperty("results").EnumerateArray().ToArray();

        Assert.Equal([3, 0], results.Select(result => result.GetProperty("vector").GetArrayLength()));
        Assert.Equal(415, results[1].GetProperty("error").GetProperty("status").GetInt32());
    }

    [Theory]
    [InlineData("?normalize=yes", "true or false")]
    [InlineData("?class=1", "model and normalize are known")]
    [InlineData("?model=color", "resnet export --features")]
    [InlineData("?normalize=true&normalize=false", "given twice")]
    public async Task Embed_WhatCannotBe_IsRefused(string query, string said) =>
        Assert.Contains(said, (await Client.FailAsync(Replies.Raw(Replies.Red), 400, "invalid-request", query, Route)).Text("detail"), StringComparison.Ordinal);

    private static IEnumerable<float> Vector(JsonElement result) => result.GetProperty("vector").EnumerateArray().Select(value => value.GetSingle());
}
