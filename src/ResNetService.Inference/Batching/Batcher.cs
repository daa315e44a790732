using Microsoft.Extensions.Logging;
using ResNetService.Imaging;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Telemetry;

namespace ResNetService.Inference.Batching;

/// <summary>
/// Drives the queue of one model: the shared threads decode into it, and threads of its own run what is ready, each one batch at
/// a time. Threads without work sleep. A run that hangs is given up: its thread and its buffer are lost, and others take their place, as often as there are
/// runners; after that the model is stuck.
/// </summary>
/// <remarks>
/// Disposing drains: nothing more is admitted, everything admitted is answered, and then the runners end. The queue is touched
/// under the lock alone, and images are completed outside of it.
/// </remarks>
internal sealed class Batcher : IBatcher, IDecodeSource
{
    private const int LooksPerTimeout = 4;

    private static readonly ServiceError Hangs = new(ErrorCode.NotReady, "The network's run took too long and was given up; its log has more. Try again.", TimeSpan.FromSeconds(1));

    private readonly object _gate = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IExecutionSession _session;
    private readonly ImageQueue _queue;
    private readonly ImageInput _input;
    private readonly BatchLayout _layout;
    private readonly DecodePool _decoders;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ModelTelemetry _telemetry;
    private readonly ITimer _delay;
    private readonly RunWatch _watch;
    private readonly ITimer _watching;
    private readonly int _runners;
    private int _living;
    private volatile bool _isStuck;

    /// <summary>Preprocesses an image first, and runs black ones in the batch sizes that the session wants warm.</summary>
    /// <param name="features">Of the output that the manifest names for them; null where it names none.</param>
    /// <exception cref="ExecutionException">A run failed.</exception>
    public Batcher(
        IExecutionSession session, ImageInput input, BatchingOptions options, DecodePool decoders, TimeProvider time, ILogger log, FeatureMapShape? features = null,
        ModelTelemetry? telemetry = null)
    {
        (_session, _input, _decoders, _time, _log, _telemetry) = (session, input, decoders, time, log, telemetry ?? ModelTelemetry.Unobserved);
        _layout = BatchLayout.Of(input.Manifest, options.MaxBatchSize, features);
        _runners = _living = options.RunnersOn(session);
        var policy = new BatchPolicy(options.MaxBatchSize, options.MaxDelay, session.DividesCores ? _runners : 1);
        input.WarmUp();
        var buffers = WarmBuffers.Create(session, _layout, _runners + 1, _runners, policy.Shares > 1);
        _queue = new(policy, options.QueueCapacity, [.. buffers.Select(buffer => new OpenBatch(buffer, _layout))]);
        _delay = time.CreateTimer(_ => WakeRunner(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _watch = new(options.RunTimeout);
        _watching = time.CreateTimer(_ => GiveUpHangingRuns(), null, options.RunTimeout / LooksPerTimeout, options.RunTimeout / LooksPerTimeout);
        for (var i = 0; i < _runners; i++)
            StartRunner();
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

    /// <summary>Whether all runners were lost to runs that hang. It stays so, though they may come back.</summary>
    public bool IsStuck => _isStuck;

    public bool HasLostRuns
    {
        get
        {
            lock (_gate)
                return _watch.Lost > 0;
        }
    }

    public void EnsureRoom()
    {
        lock (_gate)
            _queue.Admission.Check(images: 1);
    }

    public async Task<IReadOnlyList<BatchedImage>> RunAsync(IReadOnlyList<NetworkInput> images, FeatureReading? reading, TimeSpan? left, CancellationToken cancellationToken)
    {
        var submission = new Submission(images, reading, cancellationToken);
        lock (_gate)
            _queue.Enter(submission.Items, left, Now);
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

        await _ended.Task;
        _decoders.Remove(this);
        await _delay.DisposeAsync();
        await _watching.DisposeAsync();
        foreach (var buffer in _queue.Buffers)
            buffer.Buffer.Dispose();
    }

    public Action? NextDecoding()
    {
        lock (_gate)
            return _queue.StartDecoding(Now) is var (item, slot) ? () => Decode(item, slot) : null;
    }

    private TimeSpan Now => _time.GetElapsedTime(0);

    private void StartRunner() => Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

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
            if (IsStuck)
                error ??= Hangs;
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
        while (NextBatch() is { } run)
        {
            _decoders.Wake(run.Batch.Items.Count);
            if (!Run(run))
                return;
        }

        lock (_gate)
            EndRunner();
    }

    private RunningBatch? NextBatch()
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
                    return _watch.Begin(batch, Now);
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

    /// <returns>False where the run was given up while it lasted, and another runner has the place of this.</returns>
    private bool Run(RunningBatch run)
    {
        var (batch, start) = (run.Batch, Now);
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
        lock (_gate)
        {
            if (!_watch.End(run))
            {
                _log.RunCameBack(elapsed.TotalSeconds);
                span.End(failed: true);
                batch.Buffer.Dispose();
                return false;
            }

            _queue.EndRun(batch, Now);
        }

        _telemetry.EndBatch(batch, span, elapsed, answers is not null);
        for (var i = 0; i < batch.Items.Count; i++)
        {
            if (answers is not null)
                batch.Items[i].Answer(answers[i].Logits, answers[i].Reading, elapsed);
            else
                batch.Items[i].Fail(new(ErrorCode.Internal, "The network could not be run for a reason of the service's own; its log has it."));
        }

        return true;
    }

    private void GiveUpHangingRuns()
    {
        RunningBatch[] hanging;
        lock (_gate)
            hanging = _watch.Hanging(Now);
        foreach (var run in hanging)
            GiveUp(run);
    }

    private void GiveUp(RunningBatch run)
    {
        lock (_gate)
        {
            if (!_watch.GiveUp(run))
                return;
            _queue.GiveUp(run.Batch, Now);
            // The queue may have been drained by this, or a runner have waited for this run to end.
            Monitor.PulseAll(_gate);
        }

        // Before anything else: where a device hangs, memory for a spare may hang too.
        _telemetry.Batch(run.Batch.Items.Count, Now - run.Since, completed: false);
        foreach (var item in run.Batch.Items)
            item.Fail(Hangs);
        var spare = CreateSpare();
        _log.RunHangs(run.Batch.Items.Count, (Now - run.Since).TotalSeconds, spare is not null);
        foreach (var item in Replace(spare))
            item.Fail(Hangs);
    }

    /// <param name="spare">In the place of the buffer that is lost; null where a runner is less from now on.</param>
    /// <returns>What nobody will run: all that waits, where that was the last.</returns>
    private IReadOnlyList<WorkItem> Replace(OpenBatch? spare)
    {
        lock (_gate)
        {
            if (spare is not null)
            {
                _queue.AddSpare(spare);
                StartRunner();
                return [];
            }

            EndRunner();
            if (_living > 0)
                return [];
            _isStuck = true;
            _queue.Admission.Close("The model's runs hang; the service must be started again.");
            return _queue.Clear(Now);
        }
    }

    /// <returns>Null where enough are lost, or there is no memory for one.</returns>
    private OpenBatch? CreateSpare()
    {
        lock (_gate)
        {
            if (_watch.Lost > _runners)
                return null;
        }

        try
        {
            return new(_session.CreateBuffers(_layout, 1, _runners)[0], _layout);
        }
        catch (Exception e)
        {
            _log.RunFailed(e, 0);
            return null;
        }
    }

    /// <summary>One is less.</summary>
    private void EndRunner()
    {
        if (--_living == 0)
            _ended.SetResult();
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
