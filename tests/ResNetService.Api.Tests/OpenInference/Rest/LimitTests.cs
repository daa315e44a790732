namespace ResNetService.Api.Tests.OpenInference.Rest;

/// <summary>The limits of the service hold here, too.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task Images_MoreThanARequestMayHave_AreRefused()
    {
        using var host = new ServiceHost(new() { ["Requests:MaxImages"] = "2" });

        Assert.Contains("1 to 2", await host.Client.FailInferAsync(Replies.Json(V2.FilesJson(Replies.Red, Replies.Red, Replies.Red)), 400), StringComparison.Ordinal);
    }

    /// <summary>Files of a few bytes have features of many.</summary>
    [Fact]
    public async Task Outputs_OverTheLimit_AreRefusedBeforeTheyAreComputed()
    {
        using var backend = new GatedBackend();
        using var host = new ServiceHost(new() { ["Requests:MaxBytes"] = "2000" }, backend.Replace, new TinyModelRepository().AddWithFeatures("color", "1"));
        var runs = backend.Runs;

        // Of one image: 3 logits, and features of [3, 8, 8].
        var all = await host.Client.FailInferAsync(Replies.Json(V2.FilesJson(Replies.Red, Replies.Red, Replies.Red)), 400);

        Assert.Contains("2340 bytes, and an answer may have 2000", all, StringComparison.Ordinal);
        Assert.Equal(runs, backend.Runs);
        await host.Client.InferAsync(Replies.Json(V2.FilesJson(Replies.Red, Replies.Red, Replies.Red).Replace("{\"inputs\"", "{\"outputs\":[{\"name\":\"logits\"}],\"inputs\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_OverTheLimit_IsRefused(bool announced)
    {
        using var host = new ServiceHost(new() { ["Requests:MaxBytes"] = "2000" });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/color/infer") { Content = Replies.Raw(new byte[2001]) };
        request.Headers.TransferEncodingChunked = announced ? null : true;
        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Contains("2000", await response.ReadErrorAsync(413), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_OverTheLimit_IsNamed()
    {
        using var host = new ServiceHost(new() { ["Imaging:MaxBytes"] = "1000" });
        byte[] large = [.. Replies.Red, .. new byte[1000]];

        Assert.StartsWith("Element 1", await host.Client.FailInferAsync(Replies.Json(V2.FilesJson(Replies.Red, large)), 413), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_ThatFindsTheQueueFull_IsToldWhenToComeAgain()
    {
        using var backend = new GatedBackend();
        using var host = new ServiceHost(new() { ["Batching:QueueCapacity"] = "1" }, backend.Replace);
        backend.Close();
        var first = host.Client.InferAsync(Replies.Json(V2.RedJson));
        await backend.RunWaitsAsync();

        using var refused = await host.Client.SendAsync(Replies.Json(V2.RedJson));
        backend.Open();

        await refused.ReadErrorAsync(429);
        Assert.NotNull(refused.Headers.RetryAfter?.Delta);
        await first;
    }

    [Theory]
    [InlineData("50", 504)]
    [InlineData("0", 400)]
    [InlineData("soon", 400)]
    public async Task DeadlineOfTheCaller_IsHeld(string milliseconds, int status)
    {
        using var backend = new GatedBackend();
        using var host = new ServiceHost([], backend.Replace);
        backend.Close();
        var running = host.Client.InferAsync(Replies.Json(V2.RedJson));
        await backend.RunWaitsAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/color/infer") { Content = Replies.Json(V2.RedJson) };
        request.Headers.Add("X-Deadline-Ms", milliseconds);

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        backend.Open();

        await response.ReadErrorAsync(status);
        await running;
    }
}
