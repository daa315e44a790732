using System.Net;
using System.Text.Json;

namespace ResNetService.Api.Tests.Models;

public sealed class LabelsEndpointTests(ServiceHost host) : IClassFixture<ServiceHost>
{
    [Theory]
    [InlineData("color")]
    [InlineData("color:1")]
    public async Task Labels_OfAModel_StandByIndex(string model)
    {
        var reply = await host.Client.GetJsonAsync($"/labels/{model}");

        Assert.Equal(("color", "1"), (reply.Text("model"), reply.Text("version")));
        var labels = reply.GetProperty("labels").EnumerateArray().ToArray();
        Assert.Equal([(0, "red"), (1, "green"), (2, "blue")], labels.Select(label => (label.GetProperty("index").GetInt32(), label.Text("name"))));
        Assert.Equal((JsonValueKind.Null, "g"), (labels[0].GetProperty("id").ValueKind, labels[1].Text("id")));
    }

    [Fact]
    public async Task Labels_ThatTheCallerHas_AreNotSentAgain()
    {
        using var first = await host.Client.GetAsync(new Uri("/labels/color", UriKind.Relative), TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/labels/color") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var second = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
    }

    [Fact]
    public async Task Labels_OfNoModel_IsNotFound()
    {
        using var response = await host.Client.GetAsync(new Uri("/labels/colour", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Contains("color:1", (await response.ReadProblemAsync((int)HttpStatusCode.NotFound, "unknown-model")).Text("detail"), StringComparison.Ordinal);
    }
}
