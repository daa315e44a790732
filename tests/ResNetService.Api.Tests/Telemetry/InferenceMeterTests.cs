using ResNetService.Api.Tests.Faults;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Telemetry;

namespace ResNetService.Api.Tests.Telemetry;

public sealed class InferenceMeterTests
{
    private const string Color = "model=color";

    [Fact]
    public async Task Stages_OfRequests_AreMeasuredByModelAndStage()
    {
        await using var host = new ServiceHost();
        using var stages = Collect<double>(host, "resnet.stage.duration");
        await host.Client.PostAsync(Replies.Raw(Replies.Red));
        using var form = Replies.Form(("a.png", Replies.Red), ("b.txt", Replies.NoImage));
        await host.Client.PostAsync(form);

        Assert.Equal(
            [
                $"{Color} stage=assemble: 2", $"{Color} stage=decode: 2", $"{Color} stage=postprocess: 2",
                $"{Color} stage=queue: 3", $"{Color} stage=read: 2", $"{Color} stage=run: 2",
            ],
            stages.Counts());
        Assert.All(stages.All, stage => Assert.InRange(stage.Value, 0, 60));
    }

    [Fact(Timeout = 60_000)]
    public async Task Batches_AreMeasuredBySize()
    {
        using var gate = new GatedBackend();
        await using var host = new ServiceHost(new() { ["Batching:MaxBatchSize"] = "4", ["Batching:Runners"] = "1" }, gate.Replace);
        using var sizes = Collect<int>(host, "resnet.batch.size");
        using var runs = Collect<long>(host, "resnet.batch.runs");
        gate.Close();
        var first = host.Client.PostAsync(Replies.Raw(Replies.Red));
        await gate.RunWaitsAsync();
        using var form = Replies.Form([.. Enumerable.Range(0, 4).Select(i => ($"{i}.png", Replies.Red))]);
        var others = host.Client.PostAsync(form);
        await HoldsAsync(host, 5, TestContext.Current.CancellationToken);
        gate.Open();
        await Task.WhenAll(first, others);

        // The second request may be taken in two parts, since it is decoded image by image.
        Assert.Equal($"{Color}: 5", Assert.Single(sizes.Sums()));
        Assert.Equal($"{Color} outcome=completed: {sizes.All.Count}", Assert.Single(runs.Sums()));
    }

    [Fact]
    public async Task Run_ThatFails_IsCounted()
    {
        var backend = new FaultyBackend();
        await using var host = new ServiceHost([], backend.Replace);
        using var runs = Collect<long>(host, "resnet.batch.runs");
        using var images = Collect<long>(host, "resnet.images");
        using var stages = Collect<double>(host, "resnet.stage.duration");
        backend.OnRun = () => throw new ExecutionException("the test wants it so");
        await host.Client.FailAsync(Replies.Raw(Replies.Red), 500, "internal");

        Assert.Equal([$"{Color} outcome=failed: 1"], runs.Sums());
        Assert.Equal([$"{Color} outcome=internal: 1"], images.Sums());
        Assert.DoesNotContain(stages.Counts(), count => count.Contains("stage=run", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Images_AreCountedByOutcome()
    {
        using var gate = new GatedBackend();
        await using var host = new ServiceHost(new() { ["Batching:QueueCapacity"] = "2", ["Batching:Runners"] = "1", ["Imaging:MaxPixels"] = "100" }, gate.Replace);
        using var images = Collect<long>(host, "resnet.images");
        await host.Client.PostAsync(Replies.Raw(Replies.Red));
        await host.Client.FailAsync(Replies.Raw(Replies.NoImage), 415, "unsupported-image");
        await host.Client.FailAsync(Replies.Raw(Replies.Broken), 422, "corrupt-image");
        await host.Client.FailAsync(Replies.Raw(TinyImage.Png(20, 20, 1, 2, 3)), 413, "too-many-pixels");
        using (var three = Replies.Form(("a", Replies.Red), ("b", Replies.Red), ("c", Replies.Red)))
            await host.Client.FailAsync(three, 400, "invalid-request");

        gate.Close();
        using var late = Replies.Raw(Replies.Red);
        late.Headers.Add("X-Deadline-Ms", "500");
        var held = host.Client.PostAsync(Replies.Raw(Replies.Red));
        await gate.RunWaitsAsync();
        using (var departure = new CancellationTokenSource())
        {
            var departed = host.Client.PostAsync(new Uri("/classify", UriKind.Relative), Replies.Raw(Replies.Red), departure.Token);
            await HoldsAsync(host, 2, TestContext.Current.CancellationToken);
            using (var form = Replies.Form(("a", Replies.Red)))
                await host.Client.FailAsync(form, 429, "queue-full");
            await departure.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => departed);
        }

        await HoldsAsync(host, 1, TestContext.Current.CancellationToken);
        await host.Client.FailAsync(late, 504, "deadline-exceeded");
        gate.Open();
        await held;

        Assert.Equal(
            [
                Of("answered", 2), Of("corrupt_image", 1), Of("deadline_exceeded", 1), Of("departed", 1), Of("invalid_request", 3), Of("queue_full", 1),
                Of("too_many_pixels", 1), Of("unsupported_image", 1),
            ],
            images.Sums());

        static string Of(string outcome, int count) => $"{Color} outcome={outcome}: {count}";
    }

    /// <summary>What a caller writes as a model is no tag.</summary>
    [Fact]
    public async Task Tags_AreTheCataloguesOwn()
    {
        await using var host = new ServiceHost();
        using var stages = Collect<double>(host, "resnet.stage.duration");
        using var received = new Measurements<long>(host, Api.Telemetry.ServiceMeter.Name, "resnet.received");
        for (var i = 0; i < 20; i++)
            await host.Client.FailAsync(Replies.Raw(Replies.Red), 404, "unknown-model", $"?model=invented{i}");
        using var form = Replies.Form(("a", Replies.Red));
        form.Add(new StringContent("invented"), "model");
        await host.Client.FailAsync(form, 404, "unknown-model");
        await host.Client.PostAsync(Replies.Raw(Replies.Red), "?model=color:1");

        Assert.All(stages.All, stage => Assert.Equal("color", stage.Tags["model"]));
        Assert.Equal([$"{Color}: {Replies.Red.Length}"], received.Sums());
    }

    private static async Task HoldsAsync(ServiceHost host, int images, CancellationToken cancellationToken)
    {
        while ((await host.Client.GetJsonAsync("/stats")).GetProperty("models")[0].GetProperty("held").GetInt32() != images)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static Measurements<T> Collect<T>(ServiceHost host, string instrument)
        where T : struct => new(host, InferenceMeter.Name, instrument);
}
