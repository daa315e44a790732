using System.Text.Json;

namespace ResNetService.Api.Tests.Uploads;

public sealed class BodyTests(ServiceHost host) : IClassFixture<ServiceHost>
{
    [Theory]
    [InlineData("image/png")]
    [InlineData("image/jpeg")]
    [InlineData("IMAGE/whatever")]
    [InlineData("application/octet-stream")]
    public async Task RawBody_OfAnImage_IsClassifiedByItsContent(string type)
    {
        var reply = await host.Client.PostAsync(Replies.Raw(Replies.Green, type));

        var result = Assert.Single(reply.GetProperty("results").EnumerateArray());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("name").ValueKind);
        Assert.Equal("green", result.GetProperty("predictions")[0].Text("label"));
    }

    [Fact]
    public async Task Reply_HasExactlyTheDocumentedFields()
    {
        var reply = await host.Client.PostAsync(Replies.Form(("a.png", Replies.Red)));

        Assert.Equal(["model", "version", "provider", "precision", "results", "timings"], Names(reply));
        Assert.Equal(("color", "1", "cpu", "fp32"), (reply.Text("model"), reply.Text("version"), reply.Text("provider"), reply.Text("precision")));
        var result = reply.GetProperty("results")[0];
        Assert.Equal(["name", "width", "height", "predictions", "error"], Names(result));
        Assert.Equal(("a.png", 6, 4), (result.Text("name"), result.GetProperty("width").GetInt32(), result.GetProperty("height").GetInt32()));
        Assert.Equal(JsonValueKind.Null, result.GetProperty("error").ValueKind);
        Assert.Equal(3, result.GetProperty("predictions").GetArrayLength());
        var best = result.GetProperty("predictions")[0];
        Assert.Equal(["index", "label", "probability"], Names(best));
        Assert.Equal((0, "red"), (best.GetProperty("index").GetInt32(), best.Text("label")));
        Assert.InRange(best.GetProperty("probability").GetDouble(), 0.99, 1);
        Assert.Equal(["decodeMs", "queueMs", "inferenceMs", "totalMs"], Names(reply.GetProperty("timings")));
        Assert.All(reply.GetProperty("timings").EnumerateObject(), time => Assert.True(time.Value.GetDouble() >= 0));
    }

    [Fact]
    public async Task Form_OfFilesUnderAnyNames_KeepsTheirOrder()
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Replies.Blue), "x", "b.png" },
            { new ByteArrayContent(Replies.Red), "model", "r.png" },
            { new StringContent("2"), "topK" },
            { new ByteArrayContent(Replies.Green), "fichier", "grün 图.png" },
            { new StringContent("color:1"), "model" },
        };

        var results = (await host.Client.PostAsync(form)).GetProperty("results").EnumerateArray().ToArray();

        Assert.Equal([("b.png", "blue"), ("r.png", "red"), ("grün 图.png", "green")], results.Select(r => (r.Text("name"), r.GetProperty("predictions")[0].Text("label"))));
        Assert.All(results, result => Assert.Equal(2, result.GetProperty("predictions").GetArrayLength()));
    }

    [Fact]
    public async Task Form_PartWithAnImageTypeAndNoFileName_IsAnImage()
    {
        using var form = new MultipartFormDataContent { { Replies.Raw(Replies.Blue), "photo" } };

        var result = (await host.Client.PostAsync(form)).GetProperty("results")[0];

        Assert.Equal(("photo", "blue"), (result.Text("name"), result.GetProperty("predictions")[0].Text("label")));
    }

    [Fact]
    public async Task Form_InCapitals_IsTheSame()
    {
        byte[] form = [.. "--b\r\nCONTENT-DISPOSITION: FORM-DATA; NAME=a; FILENAME=b.png\r\n\r\n"u8, .. Replies.Blue, .. "\r\n--b--\r\n"u8];

        var result = (await host.Client.PostAsync(Replies.Raw(form, "MULTIPART/FORM-DATA; BOUNDARY=b"))).GetProperty("results")[0];

        Assert.Equal(("b.png", "blue"), (result.Text("name"), result.GetProperty("predictions")[0].Text("label")));
    }

    [Fact]
    public async Task Form_WithBlankFieldsAndAnUnusedFileInput_AsBrowsersSendIt_IsClassified()
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(""), "model" },
            { new StringContent(""), "topK" },
            { new ByteArrayContent(Replies.Red), "one", "r.png" },
        };
        var unused = new ByteArrayContent([]);
        unused.Headers.TryAddWithoutValidation("Content-Disposition", "form-data; name=\"two\"; filename=\"\"");
        form.Add(unused);

        Assert.Equal(1, (await host.Client.PostAsync(form)).GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task Json_OfBase64_IsClassified()
    {
        var json = $$"""{"images":[{"data":"{{Convert.ToBase64String(Replies.Red)}}","name":"r"},{"data":"{{Convert.ToBase64String(Replies.Blue)}}"}],"topK":1,"model":"color"}""";

        var results = (await host.Client.PostAsync(Replies.Json(json))).GetProperty("results").EnumerateArray().ToArray();

        Assert.Equal(["red", "blue"], results.Select(r => Assert.Single(r.GetProperty("predictions").EnumerateArray()).Text("label")));
        Assert.Equal(["r", null], results.Select(r => r.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300_000)]
    public async Task Json_OfBase64WithEscapes_IsClassified(int trailing)
    {
        byte[] image = [.. Replies.Red, .. Enumerable.Repeat((byte)0xFF, trailing + 3)];
        var base64 = Convert.ToBase64String(image);
        Assert.Contains('/', base64);

        var reply = await host.Client.PostAsync(Replies.Json($$"""{"images":[{"data":"{{base64.Replace("/", @"\/", StringComparison.Ordinal)}}"}]}"""));

        Assert.Equal("red", reply.GetProperty("results")[0].GetProperty("predictions")[0].Text("label"));
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(65_536)]
    [InlineData(3_000_000)]
    public async Task RawBody_OfAnySize_IsClassified(int size)
    {
        var image = new byte[size];
        Replies.Red.CopyTo(image, 0);

        var reply = await host.Client.PostAsync(Replies.Raw(image));

        Assert.Equal("red", reply.GetProperty("results")[0].GetProperty("predictions")[0].Text("label"));
    }

    [Fact]
    public async Task RawBody_InChunks_IsClassified()
    {
        using var content = Replies.Raw(Replies.Blue);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/classify") { Content = content };
        request.Headers.TransferEncodingChunked = true;

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.True(response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task RequestsAtOnce_GetTheirOwnAnswers()
    {
        (byte[] Image, string Label)[] images = [(Replies.Red, "red"), (Replies.Green, "green"), (Replies.Blue, "blue")];

        var labels = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
            (await host.Client.PostAsync(Replies.Raw(images[i % 3].Image))).GetProperty("results")[0].GetProperty("predictions")[0].Text("label")));

        Assert.Equal(Enumerable.Range(0, 60).Select(i => images[i % 3].Label), labels);
    }

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(property => property.Name);
}
