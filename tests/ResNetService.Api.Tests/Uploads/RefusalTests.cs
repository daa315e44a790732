using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace ResNetService.Api.Tests.Uploads;

/// <summary>Requests that are wrong as a whole: each is told what is wrong and what would be right.</summary>
public sealed class RefusalTests(ServiceHost host) : IClassFixture<ServiceHost>
{
    private static readonly string RedBase64 = Convert.ToBase64String(Replies.Red);

    [Theory]
    [InlineData("?topK=0", "'0'")]
    [InlineData("?topK=-1", "'-1'")]
    [InlineData("?topK=abc", "'abc'")]
    [InlineData("?topK=1.5", "'1.5'")]
    [InlineData("?topK=99999999999", "'99999999999'")]
    [InlineData("?topK=4", "1 to 3")]
    [InlineData("?topK=1&topK=2", "'1' and as '2'")]
    [InlineData("?top_k=1", "'top_k'")]
    public async Task Query_ThatIsWrong_IsNamed(string query, string detail)
    {
        var problem = await host.Client.FailAsync(Replies.Raw(Replies.Red), 400, "invalid-request", query);

        Assert.Contains(detail, problem.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("4")]
    [InlineData("\"3\"")]
    [InlineData("1.5")]
    public async Task TopKInJson_OutOfRange_IsRefused(string topK) =>
        await host.Client.FailAsync(Replies.Json($$"""{"images":[{"data":"{{RedBase64}}"}],"topK":{{topK}}}"""), 400, "invalid-request");

    [Fact]
    public async Task Model_ThatIsUnknown_NamesTheKnown()
    {
        foreach (var model in new[] { "resnet50", "color:2", "COLOR" })
        {
            var problem = await host.Client.FailAsync(Replies.Raw(Replies.Red), 404, "unknown-model", $"?model={model}");

            Assert.Contains(model, problem.Text("detail"), StringComparison.Ordinal);
            Assert.Contains("color:1", problem.Text("detail"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task QueryAndBody_ThatDisagree_AreRefused()
    {
        using var form = Replies.Form(("a", Replies.Red));
        form.Add(new StringContent("other"), "model");

        var problem = await host.Client.FailAsync(form, 400, "invalid-request", "?model=color");
        await host.Client.FailAsync(Replies.Json($$"""{"images":[{"data":"{{RedBase64}}"}],"topK":2}"""), 400, "invalid-request", "?topK=1");

        Assert.Contains("'color'", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Contains("'other'", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task QueryAndBody_ThatAgree_AreAccepted() =>
        await host.Client.PostAsync(Replies.Json($$"""{"images":[{"data":"{{RedBase64}}"}],"topK":2,"model":"color"}"""), "?topK=2&model=color");

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/mixed; boundary=x")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("video/mp4")]
    [InlineData(null)]
    public async Task Body_OfATypeThatIsNotAccepted_NamesThoseThatAre(string? type)
    {
        var problem = await host.Client.FailAsync(Replies.Raw(Replies.Red, type), 415, "unsupported-media-type");

        Assert.Matches("multipart/form-data|UTF-8", problem.Text("detail"));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task ContentEncoding_IsNotAccepted(string encoding)
    {
        var content = Replies.Raw(Replies.Red);
        content.Headers.ContentEncoding.Add(encoding);

        var problem = await host.Client.FailAsync(content, 415, "unsupported-media-type");

        Assert.Contains(encoding, problem.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("application/json")]
    [InlineData("multipart/form-data; boundary=b")]
    [InlineData(null)]
    public async Task Body_ThatIsEmpty_IsRefused(string? type)
    {
        var problem = await host.Client.FailAsync(Replies.Raw([], type), 400, "invalid-request");

        Assert.Contains("image/*", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmptyChunkedImage_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/classify") { Content = Replies.Raw([]) };
        request.Headers.TransferEncodingChunked = true;

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await response.ReadProblemAsync(400, "invalid-request");
    }

    [Theory]
    [InlineData("", "$")]
    [InlineData("{", "$")]
    [InlineData("null", "$")]
    [InlineData("[]", "$")]
    [InlineData("{}", "$")]
    [InlineData("""{"images":null}""", "$.images")]
    [InlineData("""{"images":[null]}""", "$.images")]
    [InlineData("""{"images":[{}]}""", "$.images[0]")]
    [InlineData("""{"images":[{"data":null}]}""", "$.images[0].data")]
    [InlineData("""{"images":[{"data":5}]}""", "$.images[0].data")]
    [InlineData("""{"images":[{"data":"not base64!"}]}""", "base64")]
    [InlineData("""{"images":[{"data":"AAAA","size":3}]}""", "size")]
    [InlineData("""{"images":[{"data":"AAAA"}],"topk":3}""", "topk")]
    [InlineData("""{"images":[{"data":"AAAA"}],"images":[]}""", "$.images")]
    [InlineData("""{"images":[{"data":"AAAA"}]} x""", "$")]
    [InlineData("""{"images":[{"data":"AAAA"}],}""", "$")]
    [InlineData("""{"images":[{"data":"AAAA","name":5}]}""", "$.images[0].name")]
    public async Task Json_ThatIsWrong_SaysWhere(string json, string where)
    {
        // Trailing blank, so that the empty one has a body.
        var problem = await host.Client.FailAsync(Replies.Json(json + " "), 400, "invalid-request");

        Assert.Contains(where, problem.Text("detail"), StringComparison.Ordinal);
        Assert.DoesNotContain("ResNetService", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_OfNoImages_IsRefused() =>
        await host.Client.FailAsync(Replies.Json("""{"images":[]}"""), 400, "invalid-request");

    [Fact]
    public async Task Json_ThatIsNestedDeeply_IsRefused() =>
        await host.Client.FailAsync(Replies.Json($$"""{"images":{{new string('[', 100_000)}}{{new string(']', 100_000)}}}"""), 400, "invalid-request");

    [Fact]
    public async Task Json_OfMillionsOfTinyImages_EndsAtTheCeiling()
    {
        var problem = await host.Client.FailAsync(Replies.Json($$"""{"images":[{{string.Join(',', Enumerable.Repeat("""{"data":""}""", 200_000))}}]}"""), 400, "invalid-request");

        Assert.Contains("10000 images", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a.png\"\r\n\r\nPNG")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"a\"")]
    [InlineData("no boundary anywhere")]
    [InlineData("--b\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("--b\r\nContent-Disposition: attachment; filename=\"a.png\"\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"color\"\r\n\r\nred\r\n--b--\r\n")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"note\"\r\nContent-Type: text/plain\r\n\r\nfrom holidays\r\n--b--\r\n")]
    [InlineData("--b\r\nthis is no header\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("--b--\r\n")]
    public async Task Form_ThatIsBroken_IsRefused(string body) =>
        await host.Client.FailAsync(Replies.Raw(Encoding.UTF8.GetBytes(body), "multipart/form-data; boundary=b"), 400, "invalid-request");

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    [InlineData("multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789x")]
    public async Task Form_WithoutAUsableBoundary_IsRefused(string type)
    {
        var problem = await host.Client.FailAsync(Replies.Raw(Replies.Red, type), 400, "invalid-request");

        Assert.Contains("boundary", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_WithTooManyOrTooLongHeadersOrFields_IsRefused()
    {
        string[] parts =
        [
            string.Concat(Enumerable.Range(0, 50).Select(i => $"X-{i}: y\r\n")) + "\r\n",
            $"X: {new string('y', 20_000)}\r\n\r\n",
            $"Content-Disposition: form-data; name=\"model\"\r\n\r\n{new string('m', 2000)}",
        ];
        foreach (var part in parts)
            await host.Client.FailAsync(Replies.Raw(Encoding.ASCII.GetBytes($"--b\r\n{part}\r\n--b--\r\n"), "multipart/form-data; boundary=b"), 400, "invalid-request");
    }

    [Fact]
    public async Task Form_WithFieldsWithoutEnd_IsRefused()
    {
        using var form = Replies.Form(("a", Replies.Red));
        for (var i = 0; i < 1000; i++)
            form.Add(new StringContent("2"), "topK");

        await host.Client.FailAsync(form, 400, "invalid-request");
    }

    [Fact]
    public async Task Refusal_IsAProblemWhateverTheCallerAccepts()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/classify?topK=0") { Content = Replies.Raw(Replies.Red) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await response.ReadProblemAsync((int)HttpStatusCode.BadRequest, "invalid-request");
    }
}
