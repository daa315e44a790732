using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using ResNetService.Api.OpenInference.Grpc.Messages;
using ResNetService.Api.Tests.Security;
using ResNetService.Inference.Telemetry;

namespace ResNetService.Api.Tests.Telemetry;

public sealed class TracingTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;

    public TracingTests()
    {
        _listener = new()
        {
            ShouldListenTo = source => source.Name is InferenceTracing.SourceName or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>Requests of different callers in one run: the batch is linked to each, and each is linked to the batch.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Batch_OfSeveralRequests_IsLinkedToAllOfThem()
    {
        using var gate = new GatedBackend();
        await using var host = new ServiceHost(new() { ["Batching:Runners"] = "1", ["Batching:MaxBatchSize"] = "4" }, gate.Replace);
        gate.Close();
        var first = PostAsync(host, 1);
        await gate.RunWaitsAsync();
        var others = new[] { PostAsync(host, 2), PostAsync(host, 3) };
        using var ready = new Measurements<int>(host, InferenceMeter.Name, "resnet.queue.waiting");
        while (ready.Observe() is not ["model=color: 2"])
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        gate.Open();
        await Task.WhenAll([first, .. others]);

        // The two may have been taken one by one, where one was not decoded yet: what holds is that all links agree.
        var batches = Of("batch").Where(batch => batch.Links.Any(link => IsOurs(link.Context))).ToArray();
        Assert.Equal([Trace(1), Trace(2), Trace(3)], batches.SelectMany(batch => batch.Links).Select(link => link.Context.TraceId.ToHexString()).Order(StringComparer.Ordinal));
        foreach (var batch in batches)
        {
            var runs = Of("run").Where(run => run.Links.Single().Context == batch.Context).ToArray();
            Assert.Equal(batch.Links.Count(), runs.Length);
            Assert.Equal(batch.Links.Select(link => (link.Context.TraceId, link.Context.SpanId)), runs.Select(run => (run.TraceId, run.ParentSpanId)));
            Assert.All(runs, run => Assert.Equal((runs.Length, "color", "1"), (run.GetTagItem("resnet.batch.size"), run.GetTagItem("resnet.model.name"), run.GetTagItem("resnet.model.version"))));
            Assert.Equal(runs.Length, batch.GetTagItem("resnet.batch.size"));
        }
    }

    [Fact]
    public async Task Images_BeyondTheFirst_HaveNoSpans()
    {
        await using var host = new ServiceHost();
        using var form = Replies.Form([.. Enumerable.Range(0, 40).Select(i => ($"{i}.png", Replies.Red))]);
        form.Headers.Add("traceparent", $"00-{Trace(7)}-{Trace(7)[..16]}-01");
        await host.Client.PostAsync(form);

        var decoded = _spans.Where(span => span.OperationName == "decode" && span.TraceId.ToHexString() == Trace(7)).Select(span => (int)span.GetTagItem("resnet.image.index")!);
        Assert.Equal(Enumerable.Range(0, 16), decoded.Order());
    }

    [Fact]
    public async Task Image_ThatCannotBeDecoded_IsAnErrorInItsSpan()
    {
        await using var host = new ServiceHost();
        using var content = Replies.Raw(Replies.Broken);
        content.Headers.Add("traceparent", $"00-{Trace(8)}-{Trace(8)[..16]}-01");
        await host.Client.FailAsync(content, 422, "corrupt-image");

        var span = Assert.Single(_spans, span => span.OperationName == "decode" && span.TraceId.ToHexString() == Trace(8));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
    }

    [Fact]
    public async Task Request_WithAKey_HasItsNameInItsSpan()
    {
        await using var host = new ServiceHost(Callers.Settings);
        using var content = Replies.Raw(Replies.Red);
        content.Headers.Add("traceparent", $"00-{Trace(9)}-{Trace(9)[..16]}-01");
        content.Headers.Add("X-Api-Key", Callers.Classifier);
        await host.Client.PostAsync(content);

        Assert.Equal("reader", (await RequestAsync(Trace(9))).GetTagItem("enduser.id"));
    }

    [Fact]
    public async Task Call_OfGrpcThatIsRefused_HasItsStatusInItsSpan()
    {
        await using var host = new ServiceHost(new(Callers.Settings) { ["Grpc:Url"] = "http://127.0.0.2:0" });
        using var channel = GrpcChannel.ForAddress(host.Addresses[1]);
        await Assert.ThrowsAsync<RpcException>(async () => await new GRPCInferenceService.GRPCInferenceServiceClient(channel).ModelInferAsync(
            new(), new Metadata { { "traceparent", $"00-{Trace(10)}-{Trace(10)[..16]}-01" } }, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal("UNAUTHENTICATED", (await RequestAsync(Trace(10))).GetTagItem("rpc.response.status_code"));
    }

    /// <summary>The span of a request, which ends after its caller has the answer.</summary>
    private async Task<Activity> RequestAsync(string trace)
    {
        for (var i = 0; i < 1000; i++)
        {
            if (_spans.FirstOrDefault(span => span.Source.Name == "Microsoft.AspNetCore" && span.TraceId.ToHexString() == trace) is { } request)
                return request;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        throw new InvalidOperationException("There is no span of this request.");
    }

    private IEnumerable<Activity> Of(string name) => _spans.Where(span => span.OperationName == name);

    private static bool IsOurs(ActivityContext context) => context.TraceId.ToHexString() is var id && (id == Trace(1) || id == Trace(2) || id == Trace(3));

    private static string Trace(int number) => $"{number:x}".PadLeft(32, 'a');

    private static Task<System.Text.Json.JsonElement> PostAsync(ServiceHost host, int trace)
    {
        var content = Replies.Raw(Replies.Red);
        content.Headers.Add("traceparent", $"00-{Trace(trace)}-{Trace(trace)[..16]}-01");
        return host.Client.PostAsync(content);
    }
}
