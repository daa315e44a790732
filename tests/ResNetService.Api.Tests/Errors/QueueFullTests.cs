using System.Net;

namespace ResNetService.Api.Tests.Errors;

public sealed class QueueFullTests
{
    private const int Capacity = 2;

    [Fact]
    public async Task Request_ThatFindsTheQueueFull_IsToldWhenToComeAgain_AndComesAgain()
    {
        using var backend = new GatedBackend();
        using var host = new ServiceHost(new() { ["Batching:QueueCapacity"] = $"{Capacity}" }, backend.Replace);
        backend.Close();
        var first = host.Client.PostAsync(Replies.Form(("r", Replies.Red), ("b", Replies.Blue)));
        await backend.RunWaitsAsync();

        using var refused = await host.Client.PostAsync(new Uri("/classify", UriKind.Relative), Replies.Raw(Replies.Green), TestContext.Current.CancellationToken);
        backend.Open();

        var problem = await refused.ReadProblemAsync(429, "queue-full");
        Assert.Contains($"{Capacity} images", problem.Text("detail"), StringComparison.Ordinal);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Equal(Capacity, (await first).GetProperty("results").GetArrayLength());
        await host.Client.PostAsync(Replies.Raw(Replies.Green));
    }

    [Fact]
    public async Task Request_ThatFindsTheQueueFull_IsRefusedBeforeItsBodyIsSent()
    {
        using var backend = new GatedBackend();
        using var host = new ServiceHost(new() { ["Batching:QueueCapacity"] = "1" }, backend.Replace);
        backend.Close();
        var first = host.Client.PostAsync(Replies.Raw(Replies.Red));
        await backend.RunWaitsAsync();

        using var connection = await RawConnection.PostAsync(host.Client, "Content-Type: image/png\r\nContent-Length: 1000000\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 429 ", await connection.StatusAsync(), StringComparison.Ordinal);
        backend.Open();
        await first;
    }

    [Fact]
    public async Task Request_OfMoreImagesThanTheQueueHolds_IsNotToldToComeAgain()
    {
        using var host = new ServiceHost(new() { ["Batching:QueueCapacity"] = $"{Capacity}" });

        using var response = await host.Client.PostAsync(
            new Uri("/classify", UriKind.Relative), Replies.Form([.. Enumerable.Repeat(("a", Replies.Red), Capacity + 1)]), TestContext.Current.CancellationToken);

        var problem = await response.ReadProblemAsync((int)HttpStatusCode.BadRequest, "invalid-request");
        Assert.Contains($"{Capacity}", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Null(response.Headers.RetryAfter);
    }
}
