using Microsoft.Extensions.Logging;
using ResNetService.Imaging;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Telemetry;

namespace ResNetService.Inference.Batching;

/// <summary>
/// Drives the queue of one model: the shared threads decode into it, and threads of its own run what is ready, each one batch at
/// a time. Threads without work sleep.
/// </summary>
/// <remarks>
/// Disposing drains: nothing more is admitted, everything admitted is answered, and then the runners end. The queue is touched
/// under the lock alone, and images are completed outside of it.
/// </remarks>
internal sealed class Batcher : IBatcher, IDecodeSource
{
    private readonly object _gate = new();
    private readonly ImageQueue _queue;
    private readonly ImageInput _input;
    private readonly BatchLayout _layout;
    private readonly IReadOnlyList<OpenBatch> _buffers;
    private readonly DecodePool _decoders;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ModelTelemetry _telemetry;
    private readonly ITimer _delay;
    private readonly Task[] _runners;

    /// <summary>Preprocesses an image first, and runs black ones in the batch sizes that the session wants warm.</summary>
    /// <param name="features">Of the output that the manifest names for them; null where it names none.</param>
    /// <exception cref="ExecutionException">A run failed.</exception>
    public Batcher(
        IExecutionSession session, ImageInput input, BatchingOptions options, DecodePool decoders, TimeProvider time, ILogger log, FeatureMapShape? features = null,
        ModelTelemetry? telemetry = null)
    {
        (_input, _decoders, _time, _log, _telemetry) = (input, decoders, time, log, telemetry ?? ModelTelemetry.Unobserved);
        _layout = BatchLayout.Of(input.Manifest, options.MaxBatchSize, features);
        var runners = options.RunnersOn(session);
        var policy = new BatchPolicy(options.MaxBatchSize, options.MaxDelay, session.DividesCores ? runners : 1);
        input.WarmUp();
        _buffers = CreateBuffers(session, runners, policy.Shares > 1 ? [false, true] : [false]);
        _queue = new(policy, options.QueueCapacity, _buffers);
        _delay = time.CreateTimer(_ => WakeRunner(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _runners = [.. Enumerable.Range(0, runners).Select(_ => Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        decoders.Add(this);
    }

    public BatcherLoad Load
    {
        get
        {
            lock (_gate)
                return _queue.Load;
        }
    }

    public void EnsureRoom()
    {
        lock (_gate)
            _queue.Admission.Check(images: 1);
    }

    public async Task<IReadOnlyList<BatchedImage>> RunAsync(IReadOnlyList<NetworkInput> images, FeatureReading? reading, CancellationToken cancellationToken)
    {
        var submission = new Submission(images, reading, cancellationToken);
        lock (_gate)
            _queue.Enter(submission.Items, Now);
        _decoders.Wake(images.Count);
        await using var departure = cancellationToken.UnsafeRegister(_ => Depart(submission.Items), null);
        return await submission.Completion;
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _queue.Admission.Close();
            Monitor.PulseAll(_gate);
        }

        await Task.WhenAll(_runners);
        _decoders.Remove(this);
        await _delay.DisposeAsync();
        foreach (var buffer in _buffers)
            buffer.Buffer.Dispose();
    }

    public Action? NextDecoding()
    {
        lock (_gate)
            return _queue.StartDecoding(Now) is var (item, slot) ? () => Decode(item, slot) : null;
    }

    private TimeSpan Now => _time.GetElapsedTime(0);

    private OpenBatch[] CreateBuffers(IExecutionSession session, int runners, bool[] sharing)
    {
        var buffers = session.CreateBuffers(_layout, runners + 1, runners);
        try
        {
            foreach (var buffer in buffers)
            {
                foreach (var images in buffer.WarmUpSizes)
                {
                    foreach (var shares in sharing)
                    {
                        buffer.Run(images, shares);
                        // Another set of outputs may be another plan to the runtime.
                        if (_layout.Features is not null)
                            buffer.Run(images, shares, features: true);
                    }
                }
            }

            return [.. buffers.Select(buffer => new OpenBatch(buffer, _layout))];
        }
        catch
        {
            foreach (var buffer in buffers)
                buffer.Dispose();
            throw;
        }
    }

    private void Decode(WorkItem item, Memory<byte> slot)
    {
        var start = Now;
        var span = _telemetry.StartDecode(item, start, _time);
        ServiceError? error = null;
        var departed = false;
        try
        {
            item.CancellationToken.ThrowIfCancellationRequested();
            item.Decoded(_input.Fill(item.Input, slot.Span, item.CancellationToken), Now - start);
        }
        catch (OperationCanceledException)
        {
            departed = true;
        }
        catch (ImageException e)
        {
            error = ImageErrors.Translate(e);
        }
        catch (Exception e)
        {
            _log.DecodeFailed(e);
            error = new(ErrorCode.Internal, "The image could not be decoded for a reason of the service's own; its log has it.");
        }

        span.End(failed: error is not null);
        EndDecoding(item, error, departed);
    }

    private void EndDecoding(WorkItem item, ServiceError? error, bool departed)
    {
        lock (_gate)
        {
            // Under the lock: a caller that goes later finds the image ready, and one that went before found it being decoded.
            departed |= item.CancellationToken.IsCancellationRequested;
            if (error is null && !departed)
                _queue.EndDecoding(item, Now);
            else
                _queue.FailDecoding(item, Now);
            // A failed image may have been the last that a closed queue waited for.
            Monitor.Pulse(_gate);
        }

        // The place is free before the caller is told, so that a caller that comes again finds it.
        if (departed)
            item.Drop();
        else if (error is not null)
            item.Fail(error);
    }

    private void Depart(IReadOnlyList<WorkItem> items)
    {
        List<WorkItem> departed;
        lock (_gate)
        {
            departed = [.. items.Where(item => _queue.Depart(item, Now))];
            Monitor.Pulse(_gate);
        }

        if (departed.Count > 0)
            _decoders.Wake(departed.Count);
        foreach (var item in departed)
            item.Drop();
    }

    private void Run()
    {
        while (NextBatch() is { } batch)
        {
            _decoders.Wake(batch.Items.Count);
            Run(batch);
        }
    }

    private Batch? NextBatch()
    {
        lock (_gate)
        {
            while (!_queue.Admission.IsDrained)
            {
                var start = Now;
                if (_queue.TakeBatch(start, out var wait) is { } batch)
                {
                    _telemetry.Stage(Stages.Assemble, Now - start);
                    if (_queue.HasReady)
                        Monitor.Pulse(_gate);
                    return batch;
                }

                // Timers count whole milliseconds: one that is cut off would fire too early, again and again.
                if (wait is { } time)
                    _delay.Change(TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
                Monitor.Wait(_gate);
            }

            // The other runners wait for the same.
            Monitor.PulseAll(_gate);
            return null;
        }
    }

    private void WakeRunner()
    {
        lock (_gate)
            Monitor.Pulse(_gate);
    }

    private void Run(Batch batch)
    {
        var start = Now;
        var span = _telemetry.StartBatch(batch, start, _time);
        (float[] Logits, float[]? Reading)[]? answers = null;
        try
        {
            batch.Buffer.Run(batch.Items.Count, batch.Shares, batch.ReadsFeatures);
            // The buffer is filled again as soon as the batch has ended.
            answers = [.. batch.Items.Select((item, i) => Read(batch.Buffer, i, item.Reading))];
        }
        catch (Exception e)
        {
            _log.RunFailed(e, batch.Items.Count);
        }

        var elapsed = Now - start;
        _telemetry.EndBatch(batch, span, elapsed, answers is not null);
        lock (_gate)
            _queue.EndRun(batch, Now);
        for (var i = 0; i < batch.Items.Count; i++)
        {
            if (answers is not null)
                batch.Items[i].Answer(answers[i].Logits, answers[i].Reading, elapsed);
            else
                batch.Items[i].Fail(new(ErrorCode.Internal, "The network could not be run for a reason of the service's own; its log has it."));
        }
    }

    private (float[] Logits, float[]? Reading) Read(IExecutionBuffer buffer, int image, FeatureReading? reading)
    {
        var logits = buffer.Output.Span.Slice(image * _layout.OutputLength, _layout.OutputLength);
        if (reading is null)
            return (logits.ToArray(), null);
        var length = _layout.Features!.Shape.Length;
        return (logits.ToArray(), reading(logits, buffer.Features.Span.Slice(image * length, length)));
    }
}
