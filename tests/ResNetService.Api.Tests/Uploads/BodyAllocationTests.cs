using System.Text;

namespace ResNetService.Api.Tests.Uploads;

/// <summary>Alone in the process, since what is allocated is counted over all threads.</summary>
[CollectionDefinition(nameof(BodyAllocationTests), DisableParallelization = true)]
[Collection(nameof(BodyAllocationTests))]
public sealed class BodyAllocationTests(ServiceHost host) : IClassFixture<ServiceHost>
{
    private const int ImageBytes = 600_000;
    private const int Requests = 40;

    private static readonly byte[] Image = [.. Replies.Red, .. new byte[ImageBytes - Replies.Red.Length]];

    [Fact]
    public Task RawBody_OfALargeImage_AllocatesAFractionOfIt() =>
        CheckAsync(() => Replies.Raw(Image));

    [Fact]
    public Task Form_OfALargeImage_AllocatesAFractionOfIt() =>
        CheckAsync(() => Replies.Form(("red.png", Image)));

    [Fact]
    public async Task Json_OfALargeImage_AllocatesAFractionOfIt()
    {
        var json = Encoding.ASCII.GetBytes($$"""{"images":[{"data":"{{Convert.ToBase64String(Image)}}"}]}""");

        await CheckAsync(() => Replies.Raw(json, "application/json"));
    }

    /// <summary>The client is in the count; it sends the array as it is. The least of three rounds: services of other tests may still be ending.</summary>
    private async Task CheckAsync(Func<HttpContent> request)
    {
        await SendAsync(request);
        var each = long.MaxValue;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await SendAsync(request);
            each = Math.Min(each, (GC.GetTotalAllocatedBytes(precise: true) - before) / Requests);
        }

        Assert.True(each < ImageBytes / 5, $"{each} bytes are allocated for each request of {ImageBytes}");
    }

    private async Task SendAsync(Func<HttpContent> request)
    {
        for (var i = 0; i < Requests; i++)
            await host.Client.PostAsync(request());
    }
}
