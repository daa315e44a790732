using System.Text;
using ResNetService.Api.Tests.OpenInference;

namespace ResNetService.Api.Tests.Uploads;

/// <summary>Bodies that are made to cost much, or to mean something to whoever reads the answer.</summary>
public sealed class HostileBodyTests(ServiceHost host) : IClassFixture<ServiceHost>
{
    [Fact]
    public async Task Form_OfTenThousandFiles_IsRefusedForThem()
    {
        var part = $"--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n{Encoding.Latin1.GetString(Replies.Red)}\r\n";
        var form = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(part, 10_000)) + "--b--\r\n");

        var problem = await host.Client.FailAsync(Replies.Raw(form, "multipart/form-data; boundary=b"), 400, "invalid-request");

        Assert.Contains("more than 256 images", problem.Text("detail"), StringComparison.Ordinal);
    }

    /// <summary>The framework's own decoding of such a parameter throws.</summary>
    [Theory]
    [InlineData("form-data; filename*", 400)]
    [InlineData("form-data; filename*; name=a; filename=b.png", 200)]
    [InlineData("form-data; name=a; filename*=; filename=b.png", 200)]
    [InlineData("form-data; name=a; filename*=UTF-8''%; filename=b.png", 200)]
    public async Task Form_WhoseFileNameHasNoValue_IsAnAnswerOrAnError(string disposition, int status)
    {
        byte[] form = [.. Encoding.ASCII.GetBytes($"--b\r\nContent-Disposition: {disposition}\r\n\r\n"), .. Replies.Red, .. "\r\n--b--\r\n"u8];
        using var response = await host.Client.PostAsync(new Uri("/classify", UriKind.Relative), Replies.Raw(form, "multipart/form-data; boundary=b"), TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("filename*=UTF-8''a%0d%0aSet-Cookie%3A%20x%3Dy%0d%0a%0d%0a%3Cscript%3E", "a\r\nSet-Cookie: x=y\r\n\r\n<script>")]
    [InlineData("filename=\"a\\\"},{\\\"name\\\":\\\"b\"", null)]
    [InlineData("filename*=UTF-8''%00%E2%80%AE%F0%9F%98%80", "\0\u202e😀")]
    public async Task FileName_ThatIsMadeToBreakOut_StaysAString(string fileName, string? expected)
    {
        byte[] form = [.. Encoding.ASCII.GetBytes($"--b\r\nContent-Disposition: form-data; name=\"f\"; {fileName}\r\n\r\n"), .. Replies.Red, .. "\r\n--b--\r\n"u8];
        using var response = await host.Client.PostAsync(new Uri("/classify", UriKind.Relative), Replies.Raw(form, "multipart/form-data; boundary=b"), TestContext.Current.CancellationToken);

        var reply = await response.ReadAsync(System.Net.HttpStatusCode.OK);

        Assert.False(response.Headers.Contains("Set-Cookie"));
        var name = Assert.Single(reply.GetProperty("results").EnumerateArray()).Text("name");
        Assert.Equal(expected ?? name, name);
    }

    [Theory]
    [InlineData("\\n")]
    [InlineData("\\r\\n ")]
    [InlineData("\\t")]
    public async Task Base64_InLines_IsTaken(string lineEnd)
    {
        var lines = string.Join(lineEnd, Convert.ToBase64String(Replies.Red).Chunk(20).Select(line => new string(line)));

        var reply = await host.Client.PostAsync(Replies.Json($$"""{"images":[{"data":"{{lines}}{{lineEnd}}"}]}"""));

        Assert.Equal("red", reply.GetProperty("results")[0].GetProperty("predictions")[0].Text("label"));
    }

    [Theory]
    [InlineData("QUI")]
    [InlineData("QUI==")]
    [InlineData("QUJ=")]
    [InlineData("QU-_")]
    [InlineData("QUI=QUI=")]
    [InlineData("Q\\u00a0UI=")]
    [InlineData("\\ud800")]
    public async Task Base64_ThatIsNone_IsToldSo(string data) =>
        Assert.Contains("base64", (await host.Client.FailAsync(Replies.Json($$"""{"images":[{"data":"{{data}}"}]}"""), 400, "invalid-request")).Text("detail"), StringComparison.Ordinal);

    [Theory]
    [InlineData("/classify")]
    [InlineData("/embed")]
    [InlineData("/explain")]
    public async Task Json_NestedAHundredThousandDeep_IsRefused(string route) =>
        await host.Client.FailAsync(Replies.Json(new string('[', 100_000)), 400, "invalid-request", route: route);

    [Theory]
    [InlineData("\"data\":[{0}]", "more than the 192 elements")]
    [InlineData("\"data\":[1],\"other\":[{0}]", "has 1 elements")]
    public async Task Json_OfAMillionNumbers_EndsAtWhatTheModelTakes(string property, string words)
    {
        var numbers = string.Join(',', Enumerable.Repeat('1', 1_000_000));
        var json = $$"""{"inputs":[{"name":"image","shape":[1,8,8,3],"datatype":"UINT8",{{property.Replace("{0}", numbers, StringComparison.Ordinal)}}}]}""";

        Assert.Contains(words, await host.Client.FailInferAsync(Replies.Json(json), 400), StringComparison.Ordinal);
        Assert.Contains("more than 8 dimensions", await host.Client.FailInferAsync(Replies.Json($$"""{"inputs":[{"name":"image","shape":[{{numbers}}]}]}"""), 400), StringComparison.Ordinal);
        Assert.Contains("deep", await host.Client.FailInferAsync(Replies.Json("{\"a\":" + new string('[', 100_000)), 400), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip", "/classify")]
    [InlineData("deflate", "/embed")]
    [InlineData("br", "/v2/models/color/infer")]
    [InlineData("zstd", "/models/color")]
    [InlineData("identity, gzip", "/explain")]
    [InlineData("GZIP", "/v2/repository/index")]
    public async Task ContentEncoding_IsRefusedWhereverBodiesAreRead(string encoding, string route)
    {
        using var content = Replies.Raw(new byte[100]);
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        using var response = await host.Client.PostAsync(new Uri(route, UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(415, (int)response.StatusCode);
    }
}
