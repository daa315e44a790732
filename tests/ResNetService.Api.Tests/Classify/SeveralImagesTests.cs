using System.Text.Json;

namespace ResNetService.Api.Tests.Classify;

public sealed class SeveralImagesTests(SeveralImagesTests.SmallLimits fixture) : IClassFixture<SeveralImagesTests.SmallLimits>
{
    private HttpClient Client => fixture.Host.Client;

    [Fact]
    public async Task OneBrokenImage_HasItsOwnErrorAndHarmsNoOther()
    {
        var reply = await Client.PostAsync(Replies.Form(("r.png", Replies.Red), ("x.png", Replies.Broken), ("t.txt", Replies.NoImage), ("b.png", Replies.Blue)));

        var results = reply.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal(["r.png", "x.png", "t.txt", "b.png"], results.Select(r => r.Text("name")));
        Assert.Equal("red", results[0].GetProperty("predictions")[0].Text("label"));
        Assert.Equal("blue", results[3].GetProperty("predictions")[0].Text("label"));
        AssertError(results[1], 422, "corrupt-image");
        AssertError(results[2], 415, "unsupported-image");
    }

    [Fact]
    public async Task OneImageOverTheLimit_HasItsOwnErrorAndHarmsNoOther()
    {
        var reply = await Client.PostAsync(Replies.Form(("huge.png", new byte[SmallLimits.ImageBytes + 1]), ("b.png", Replies.Blue)));

        AssertError(reply.GetProperty("results")[0], 413, "too-many-bytes");
        Assert.Contains($"{SmallLimits.ImageBytes}", reply.GetProperty("results")[0].GetProperty("error").Text("detail"), StringComparison.Ordinal);
        Assert.Equal("blue", reply.GetProperty("results")[1].GetProperty("predictions")[0].Text("label"));
    }

    [Fact]
    public async Task OneImageOverTheLimitInJson_HasItsOwnErrorAndHarmsNoOther()
    {
        var json = $$"""{"images":[{"data":"{{Convert.ToBase64String(Replies.Red)}}"},{"name":"huge","data":"{{Convert.ToBase64String(new byte[SmallLimits.ImageBytes + 1])}}"}]}""";

        var reply = await Client.PostAsync(Replies.Json(json));

        Assert.Equal("red", reply.GetProperty("results")[0].GetProperty("predictions")[0].Text("label"));
        AssertError(reply.GetProperty("results")[1], 413, "too-many-bytes");
    }

    [Fact]
    public async Task OneEmptyImage_HasItsOwnErrorAndHarmsNoOther()
    {
        var reply = await Client.PostAsync(Replies.Form(("r.png", Replies.Red), ("empty.png", [])));

        Assert.Equal("red", reply.GetProperty("results")[0].GetProperty("predictions")[0].Text("label"));
        AssertError(reply.GetProperty("results")[1], 400, "invalid-request");
        Assert.Contains("empty", reply.GetProperty("results")[1].GetProperty("error").Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("not base64!", "base64")]
    [InlineData("AAA", "base64")]
    [InlineData("-_-_", "base64")]
    [InlineData("data:image/png;base64,AAAA", "data:")]
    public async Task OneImageOfWrongBase64_HasItsOwnErrorAndHarmsNoOther(string data, string detail)
    {
        var json = $$"""{"images":[{"name":"x","data":"{{data}}"},{"data":"{{Convert.ToBase64String(Replies.Red, Base64FormattingOptions.InsertLineBreaks).ReplaceLineEndings("\\n")}}"}]}""";

        var reply = await Client.PostAsync(Replies.Json(json));

        AssertError(reply.GetProperty("results")[0], 400, "invalid-request");
        Assert.Contains(detail, reply.GetProperty("results")[0].GetProperty("error").Text("detail"), StringComparison.Ordinal);
        Assert.Equal("red", reply.GetProperty("results")[1].GetProperty("predictions")[0].Text("label"));
    }

    [Fact]
    public async Task AllOfOneKindOfError_AreThatKind()
    {
        var problem = await Client.FailAsync(Replies.Form(("a", Replies.Broken), ("b", Replies.Broken)), 422, "corrupt-image");

        Assert.Equal([422, 422], problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task AllOfDifferentKinds_Are422WithEachListedInOrder()
    {
        var problem = await Client.FailAsync(
            Replies.Form(("a", Replies.NoImage), ("b", Replies.Broken), ("c", new byte[SmallLimits.ImageBytes + 1])), 422, "no-image-classified");

        Assert.Equal([415, 422, 413], problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("status").GetInt32()));
        Assert.All(problem.GetProperty("errors").EnumerateArray(), e => Assert.NotEmpty(e.Text("detail")));
    }

    [Fact]
    public async Task AllOfOneStatusButDifferentKinds_HaveThatStatus()
    {
        var wide = TinyImage.Png(SmallLimits.Side + 1, 2, 1, 2, 3);

        await Client.FailAsync(Replies.Form(("a", wide), ("b", new byte[SmallLimits.ImageBytes + 1])), 413, "no-image-classified");
    }

    [Theory]
    [InlineData("empty", 400, "invalid-request")]
    [InlineData("broken", 422, "corrupt-image")]
    [InlineData("text", 415, "unsupported-image")]
    [InlineData("huge", 413, "too-many-bytes")]
    [InlineData("wide", 413, "too-many-pixels")]
    public async Task SingleImage_GivesItsOwnStatus(string what, int status, string kind)
    {
        var image = what switch
        {
            "empty" => [],
            "broken" => Replies.Broken,
            "text" => Replies.NoImage,
            "huge" => new byte[SmallLimits.ImageBytes + 1],
            _ => TinyImage.Png(SmallLimits.Side + 1, 2, 1, 2, 3),
        };

        var raw = await Client.FailAsync(Replies.Raw(image), status, kind);
        await Client.FailAsync(Replies.Form(("a", image)), status, kind);

        Assert.False(raw.TryGetProperty("errors", out _));
    }

    [Fact]
    public async Task MoreImagesThanAllowed_AreRefused()
    {
        var form = Replies.Form([.. Enumerable.Repeat(("a", Replies.Red), SmallLimits.Images + 1)]);
        var problem = await Client.FailAsync(form, 400, "invalid-request");
        var json = $$"""{"images":[{{string.Join(',', Enumerable.Repeat("""{"data":"AAAA"}""", SmallLimits.Images + 1))}}]}""";
        await Client.FailAsync(Replies.Json(json), 400, "invalid-request");

        Assert.Contains($"{SmallLimits.Images} images", problem.Text("detail"), StringComparison.Ordinal);
    }

    private static void AssertError(JsonElement result, int status, string kind)
    {
        var error = result.GetProperty("error");
        Assert.Equal(0, result.GetProperty("predictions").GetArrayLength());
        Assert.Equal(["type", "title", "status", "detail"], error.EnumerateObject().Select(p => p.Name));
        Assert.Equal(($"urn:resnetservice:problem:{kind}", status), (error.Text("type"), error.GetProperty("status").GetInt32()));
        Assert.NotEmpty(error.Text("title"));
        Assert.NotEmpty(error.Text("detail"));
    }

    public sealed class SmallLimits : IDisposable
    {
        public const int ImageBytes = 3000;
        public const int Images = 5;
        public const int Side = 100;

        public ServiceHost Host { get; } = new(new() { ["Imaging:MaxBytes"] = $"{ImageBytes}", ["Requests:MaxImages"] = $"{Images}", ["Imaging:MaxSide"] = $"{Side}" });

        public void Dispose() => Host.Dispose();
    }
}
