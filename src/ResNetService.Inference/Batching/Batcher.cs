using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using ResNetService.Imaging;
using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Batching;

/// <summary>
/// One model's batcher: admission, then the shared decode workers, then one runner that takes whatever was decoded while it
/// was busy. So the next batch is decoded while this one runs.
/// </summary>
/// <remarks>
/// Disposing drains: nothing more is admitted, everything admitted is answered, and then the runner ends. The runner is the
/// only one that touches the run.
/// </remarks>
internal sealed class Batcher : IBatcher
{
    private readonly BatchRun _run;
    private readonly BatchPolicy _policy;
    private readonly ImagePreprocessor _preprocessor;
    private readonly DecodeWorkers _decoders;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Admission _admission;
    private readonly Channel<WorkItem> _decoded = Channel.CreateUnbounded<WorkItem>(new() { SingleReader = true });
    private readonly Task _runner;

    public Batcher(
        BatchRun run, ImagePreprocessor preprocessor, BatchingOptions options, DecodeWorkers decoders, TimeProvider time, ILogger log)
    {
        (_run, _preprocessor, _decoders, _time, _log) = (run, preprocessor, decoders, time, log);
        _policy = new(options.MaxBatchSize, options.MaxDelay);
        _admission = new(options.QueueCapacity, time);
        _runner = Task.Run(RunAsync);
    }

    public IReadOnlyList<Task<BatchedImage>> Submit(IReadOnlyList<ReadOnlyMemory<byte>> images, CancellationToken cancellationToken)
    {
        _admission.Enter(images.Count);
        var now = _time.GetTimestamp();
        var items = images.Select(image => new WorkItem(image, now, cancellationToken)).ToArray();
        foreach (var item in items)
            _decoders.Enqueue(() => Decode(item));
        return [.. items.Select(item => item.Completion)];
    }

    public async ValueTask DisposeAsync()
    {
        await _admission.CloseAsync();
        _decoded.Writer.TryComplete();
        await _runner;
    }

    private void Decode(WorkItem item)
    {
        var start = _time.GetTimestamp();
        item.Dequeued(_time.GetElapsedTime(item.WaitingSince, start));
        try
        {
            item.CancellationToken.ThrowIfCancellationRequested();
            var pixels = item.RentPixels(_preprocessor.OutputLength);
            var size = _preprocessor.Preprocess(item.Encoded, pixels, item.CancellationToken);
            var end = _time.GetTimestamp();
            item.Decoded(size, _time.GetElapsedTime(start, end), end);
            _decoded.Writer.TryWrite(item);
        }
        catch (OperationCanceledException)
        {
            Leave(item, static i => i.Drop());
        }
        catch (ImageException e)
        {
            Leave(item, i => i.Fail(ImageErrors.Translate(e)));
        }
        catch (Exception e)
        {
            _log.DecodeFailed(e);
            Leave(item, static i => i.Fail(new(ErrorCode.Internal, "The image could not be decoded for a reason of the service's own; its log has it.")));
        }
    }

    private async Task RunAsync()
    {
        var waiting = new List<WorkItem>(_policy.MaxBatchSize);
        while (waiting.Count > 0 || await _decoded.Reader.WaitToReadAsync())
        {
            while (waiting.Count < _policy.MaxBatchSize && _decoded.Reader.TryRead(out var item))
                waiting.Add(item);
            DropDeparted(waiting);
            if (waiting.Count == 0)
                continue;

            var decision = _policy.Decide(waiting.Count, _time.GetElapsedTime(waiting[0].WaitingSince));
            if (decision.Take == 0)
            {
                await MoreOrTimeoutAsync(decision.Wait);
                continue;
            }

            Run(waiting);
            waiting.Clear();
        }
    }

    private void DropDeparted(List<WorkItem> waiting)
    {
        foreach (var departed in waiting.Where(item => item.CancellationToken.IsCancellationRequested))
            Leave(departed, static i => i.Drop());
        waiting.RemoveAll(item => item.Completion.IsCompleted);
    }

    private async Task MoreOrTimeoutAsync(TimeSpan wait)
    {
        using var timeout = new CancellationTokenSource(wait, _time);
        try
        {
            await _decoded.Reader.WaitToReadAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            // Nobody came to share the batch.
        }
    }

    private void Run(List<WorkItem> items)
    {
        var start = _time.GetTimestamp();
        foreach (var item in items)
            item.Dequeued(_time.GetElapsedTime(item.WaitingSince, start));
        try
        {
            var logits = _run.Execute(items);
            var elapsed = _time.GetElapsedTime(start);
            var classes = logits.Length / items.Count;
            _admission.Leave(items.Count);
            for (var i = 0; i < items.Count; i++)
                items[i].Answer(logits.AsMemory(i * classes, classes), elapsed);
        }
        catch (Exception e)
        {
            _log.RunFailed(e, items.Count);
            _admission.Leave(items.Count);
            foreach (var item in items)
                item.Fail(new(ErrorCode.Internal, "The network could not be run for a reason of the service's own; its log has it."));
        }
    }

    /// <summary>The place is free before the caller is told, so that a caller that comes again finds it.</summary>
    private void Leave(WorkItem item, Action<WorkItem> complete)
    {
        _admission.Leave(1);
        complete(item);
    }
}
