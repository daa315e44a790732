using System.Diagnostics;
using ResNetService.Inference.Batching;

namespace ResNetService.Inference.Telemetry;

/// <summary>
/// The spans of a request's stages. They are the request's own children; the batch that it shares with others is a trace of its own, linked to every
/// request in it, as OpenTelemetry has it for messages that are processed together. A request's span of the run is linked back to that batch.
/// </summary>
public static class InferenceTracing
{
    /// <summary>Of the source, by which listeners choose.</summary>
    public const string SourceName = "ResNetService.Inference";

    /// <summary>Images of one request whose stages have spans: a form of thousands would bury its own trace.</summary>
    internal const int MostImages = 16;

    private const string ModelName = "resnet.model.name";
    private const string ModelVersion = "resnet.model.version";
    private const string BatchSize = "resnet.batch.size";
    private const string ImageIndex = "resnet.image.index";
    private const string WaitsFor = "resnet.queue.for";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The request on whose behalf this thread works; null where nobody wants its spans.</summary>
    internal static Activity? CurrentRequest => Source.HasListeners() && Activity.Current is { IsAllDataRequested: true } request ? request : null;

    /// <summary>A host receives the body of a request; null where nobody listens.</summary>
    public static Activity? StartRead() => Source.StartActivity(Stages.Read);

    /// <summary>A stage on the thread of the request.</summary>
    internal static Activity? StartSpan(this ModelTelemetry model, string stage) => Source.StartActivity(stage)?.Of(model);

    /// <summary>The image has waited for a decoder, and has one.</summary>
    internal static Activity? StartDecode(this ModelTelemetry model, WorkItem item, TimeSpan now, TimeProvider time)
    {
        if (item.Trace is not { } request)
            return null;
        model.Waited(item, request, "decoder", now, time);
        return Source.StartActivity(Stages.Decode, ActivityKind.Internal, request.Context, startTime: time.GetUtcNow())?.Of(model).SetTag(ImageIndex, item.Index);
    }

    /// <summary>The images have waited for a run, and have one.</summary>
    internal static Activity? StartBatch(this ModelTelemetry model, Batch batch, TimeSpan now, TimeProvider time)
    {
        if (!Source.HasListeners() || batch.Items.All(item => item.Trace is null))
            return null;
        List<ActivityLink> requests = [];
        foreach (var item in batch.Items)
        {
            if (item.Trace is not { } request)
                continue;
            model.Waited(item, request, "run", now, time);
            if (!requests.Exists(link => link.Context == request.Context))
                requests.Add(new(request.Context));
        }

        // The thread may have been started by a request, whose trace is not that of its batches.
        Activity.Current = null;
        return Source.StartActivity("batch", ActivityKind.Internal, default(ActivityContext), tags: null, requests, time.GetUtcNow())?.Of(model).SetTag(BatchSize, batch.Items.Count);
    }

    /// <summary>It has run: each request that is followed has a span of it. To be called before the images are completed.</summary>
    /// <param name="span">What <see cref="StartBatch"/> gave.</param>
    internal static void EndBatch(this ModelTelemetry model, Batch batch, Activity? span, TimeSpan elapsed, bool completed)
    {
        model.Batch(batch.Items.Count, elapsed, completed);
        if (span is null)
            return;
        span.SetEndTime(span.StartTimeUtc + elapsed);
        ActivityLink[] link = [new(span.Context)];
        foreach (var item in batch.Items)
        {
            if (item.Trace is not { } request)
                continue;
            var run = Source.StartActivity(Stages.Run, ActivityKind.Internal, request.Context, tags: null, link, span.StartTimeUtc)?.Of(model)
                .SetTag(ImageIndex, item.Index).SetTag(BatchSize, batch.Items.Count).SetEndTime(span.StartTimeUtc + elapsed);
            run.End(failed: !completed);
        }

        span.End(failed: !completed);
    }

    /// <summary>Before the image is passed on: a span does not outlive its request.</summary>
    internal static void End(this Activity? span, bool failed)
    {
        if (failed)
            span?.SetStatus(ActivityStatusCode.Error);
        span?.Dispose();
    }

    private static void Waited(this ModelTelemetry model, WorkItem item, Activity request, string what, TimeSpan now, TimeProvider time)
    {
        var end = time.GetUtcNow();
        using var span = Source.StartActivity(Stages.Queue, ActivityKind.Internal, request.Context, startTime: end - (now - item.WaitingSince))?.Of(model)
            .SetTag(ImageIndex, item.Index).SetTag(WaitsFor, what).SetEndTime(end.UtcDateTime);
    }

    private static Activity Of(this Activity span, ModelTelemetry model) => span.SetTag(ModelName, model.Model).SetTag(ModelVersion, model.Version);
}
