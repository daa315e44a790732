using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace ResNetService.Api.Tests.Page;

public sealed partial class WebPageTests(ServiceHost host) : IClassFixture<ServiceHost>
{
    [Fact]
    public async Task Page_AndEveryFileThatItNames_AreThereWithTheirTypes()
    {
        using var page = await GetAsync("/");
        var files = Reference().Matches(await BodyAsync(page)).Select(match => match.Value).ToArray();

        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType?.ToString());
        Assert.Contains("/scripts/main.js", files);
        foreach (var file in files)
        {
            using var reply = await GetAsync(file);
            Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
            Assert.Equal(TypeOf(file), reply.Content.Headers.ContentType?.MediaType);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/scripts/main.js")]
    public async Task Files_AllowNothingOfOtherHostsAndNoInlineScript(string path)
    {
        using var reply = await GetAsync(path);
        var policy = Assert.Single(reply.Headers.GetValues("Content-Security-Policy"));

        Assert.StartsWith("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(reply.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(reply.Headers.GetValues("Referrer-Policy")));
        Assert.StartsWith("camera=(self),", Assert.Single(reply.Headers.GetValues("Permissions-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_ThatTheBrowserHas_IsNotSentAgain()
    {
        using var first = await GetAsync("/scripts/main.js");
        using var again = await GetAsync("/scripts/main.js", headers => headers.IfNoneMatch.Add(first.Headers.ETag!));
        using var changed = await GetAsync("/scripts/main.js", headers => headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"another\"")));

        Assert.Equal("no-cache", first.Headers.CacheControl?.ToString());
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task File_OfText_IsCompressed(string encoding)
    {
        using var reply = await GetAsync("/styles/base.css", headers => headers.AcceptEncoding.Add(new(encoding)));

        Assert.Equal([encoding], reply.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Head_HasNoBody()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/");
        using var reply = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Empty(await BodyAsync(reply));
    }

    [Fact]
    public async Task Api_IsNotHeldToThePolicyOfThePage()
    {
        using var reply = await GetAsync("/models", headers => headers.AcceptEncoding.Add(new("br")));

        Assert.Equal("default-src 'none'; frame-ancestors 'none'", Assert.Single(reply.Headers.GetValues("Content-Security-Policy")));
        Assert.Empty(reply.Content.Headers.ContentEncoding);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, Action<HttpRequestHeaders>? set = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        set?.Invoke(request.Headers);
        return await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static Task<string> BodyAsync(HttpResponseMessage reply) => reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private static string TypeOf(string file) => Path.GetExtension(file) switch
    {
        ".js" => "text/javascript",
        ".css" => "text/css",
        ".svg" => "image/svg+xml",
        var other => throw new ArgumentException($"The page names a file of kind '{other}'."),
    };

    [GeneratedRegex("""(?<=(?:href|src)=")/(?:scripts/|styles/|favicon)[^"]+""")]
    private static partial Regex Reference();
}
