using System.Net.Http.Headers;

namespace ResNetService.Api.Tests.Errors;

/// <summary>Errors that routing makes have the same body as ours.</summary>
public sealed class FrameworkErrorTests(ServiceHost host) : IClassFixture<ServiceHost>
{
    [Fact]
    public async Task Route_ThatIsUnknown_IsAProblem()
    {
        using var response = await host.Client.GetAsync(new Uri("/clasify", UriKind.Relative), TestContext.Current.CancellationToken);

        var problem = await response.ReadProblemAsync(404, "unknown-route");
        Assert.Contains("/clasify", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/classify", "POST")]
    [InlineData("PUT", "/classify", "POST")]
    [InlineData("POST", "/models", "GET")]
    [InlineData("DELETE", "/models/color", "GET, POST")]
    [InlineData("POST", "/health/ready", "GET, HEAD")]
    public async Task Method_ThatIsNotTaken_NamesTheOneThatIs(string method, string path, string allowed)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        var problem = await response.ReadProblemAsync(405, "method-not-allowed");
        Assert.Contains(allowed, problem.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(allowed.Split(", "), response.Content.Headers.Allow);
    }
}
