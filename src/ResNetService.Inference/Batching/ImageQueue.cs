using System.Diagnostics;

namespace ResNetService.Inference.Batching;

/// <summary>
/// One model's images from admission to answer, as a pure state machine: no thread, no clock, no lock. Whoever drives it calls
/// one method at a time, says what time it is, and completes the images that it gets back.
/// </summary>
/// <remarks>
/// Images wait in the order in which they came. A decoder takes the first of them as soon as the open batch has a free slot; a
/// runner that is idle takes what is ready in the open batch, or its share of it. So while runners are busy the next batch is decoded, and no further.
/// </remarks>
internal sealed class ImageQueue
{
    private readonly BatchPolicy _policy;
    private readonly Admission _admission;
    private readonly LinkedList<WorkItem> _waiting = new();
    private readonly List<OpenBatch> _buffers;
    private readonly Stack<OpenBatch> _spares;
    private OpenBatch _open;
    private int _running;
    private long _batches;
    private bool _runsShare;

    /// <param name="buffers">One more than there are runners, each for as many images as the policy's largest batch.</param>
    public ImageQueue(BatchPolicy policy, int capacity, IReadOnlyCollection<OpenBatch> buffers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(buffers.Count, 2);
        (_policy, _admission, _buffers, _spares) = (policy, new(capacity), [.. buffers], new(buffers));
        _open = _spares.Pop();
    }

    public Admission Admission => _admission;

    /// <summary>All, but those of runs that were given up.</summary>
    public IReadOnlyList<OpenBatch> Buffers => _buffers;

    public BatcherLoad Load => new(_admission.Held, _admission.Capacity, _running, _batches, _waiting.Count + _open.Ready);

    /// <summary>Whether an idle runner may find something to do.</summary>
    public bool HasReady => _open.Ready > 0;

    /// <summary>Takes all images, or none.</summary>
    /// <param name="left">As <see cref="IBatcher.RunAsync"/> has it.</param>
    /// <exception cref="Errors.ServiceException">There is no room, or not in time, or the queue is closed.</exception>
    public void Enter(IReadOnlyList<WorkItem> items, TimeSpan? left, TimeSpan now)
    {
        _admission.Enter(items.Count, left, now);
        foreach (var item in items)
        {
            item.Waits(now);
            item.Place = _waiting.AddLast(item);
        }
    }

    /// <summary>The image that is to be decoded next, and where to; null where none waits or no slot is free.</summary>
    public (WorkItem Item, Memory<byte> Slot)? StartDecoding(TimeSpan now)
    {
        if (_waiting.First is not { Value: var item } || !_open.HasRoom)
            return null;
        StopWaiting(item);
        item.StopsWaiting(now);
        item.State = WorkState.Decoding;
        _open.Reserve(item);
        return (item, _open.Slot(item.Slot));
    }

    /// <summary>The image's pixels are in its slot.</summary>
    public void EndDecoding(WorkItem item, TimeSpan now)
    {
        Debug.Assert(item.State == WorkState.Decoding, "an image becomes ready once, and only after it was decoded");
        item.Waits(now);
        item.State = WorkState.Ready;
        _open.BecomesReady();
    }

    /// <summary>The image cannot be decoded, or need not be. The caller completes it.</summary>
    public void FailDecoding(WorkItem item, TimeSpan now)
    {
        _open.Free(item);
        item.State = WorkState.Ended;
        _admission.Leave(1, now);
    }

    /// <summary>The image's caller has gone.</summary>
    /// <returns>Whether it has ended by this, and is to be dropped. Otherwise whoever works on it completes it.</returns>
    public bool Depart(WorkItem item, TimeSpan now)
    {
        if (item.State == WorkState.Waiting)
            StopWaiting(item);
        else if (item.State == WorkState.Ready)
            _open.Free(item);
        else
            return false;
        item.StopsWaiting(now);
        item.State = WorkState.Ended;
        _admission.Withdraw(1);
        return true;
    }

    /// <summary>For an idle runner.</summary>
    /// <param name="wait">Where there is none yet: for how long at most, if nothing else happens; null until an image is ready or a run has ended.</param>
    /// <returns>A batch, or null where there is none yet.</returns>
    public Batch? TakeBatch(TimeSpan now, out TimeSpan? wait)
    {
        wait = null;
        if (_open.Ready == 0)
            return null;
        var decision = _policy.Decide(new(_open.Ready, now - _open.OldestReady, _admission.Held, _running, _runsShare));
        if (decision.Take == 0)
        {
            wait = decision.Wait;
            return null;
        }

        (var batch, _open) = _open.Take(decision.Take, _spares.Pop(), decision.Shares);
        _running++;
        _batches++;
        _runsShare = batch.Shares;
        foreach (var item in batch.Items)
            item.StopsWaiting(now);
        return batch;
    }

    /// <summary>The batch has run, or failed to. The caller completes its images.</summary>
    public void EndRun(Batch batch, TimeSpan now)
    {
        _running--;
        _spares.Push(batch.Slots);
        foreach (var item in batch.Items)
            item.State = WorkState.Ended;
        _admission.Leave(batch.Items.Count, now);
    }

    /// <summary>The batch's run hangs. Its images have ended, and its buffer is not touched again. The caller completes its images.</summary>
    public void GiveUp(Batch batch, TimeSpan now)
    {
        _running--;
        _buffers.Remove(batch.Slots);
        foreach (var item in batch.Items)
            item.State = WorkState.Ended;
        _admission.GiveUp(batch.Items.Count, now);
    }

    /// <summary>For another runner.</summary>
    public void AddSpare(OpenBatch spare)
    {
        _buffers.Add(spare);
        _spares.Push(spare);
    }

    /// <summary>Ends all images that wait for a decoder or a run. The caller completes them.</summary>
    public IReadOnlyList<WorkItem> Clear(TimeSpan now)
    {
        WorkItem[] items = [.. _waiting, .. _open.ReadyItems];
        foreach (var item in items)
            Depart(item, now);
        return items;
    }

    private void StopWaiting(WorkItem item)
    {
        _waiting.Remove(item.Place!);
        item.Place = null;
    }
}
