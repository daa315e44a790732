using ResNetService.Inference.Execution;

namespace ResNetService.Inference.Batching;

/// <summary>A buffer with the images that are decoded into its slots, or were. No lock of its own.</summary>
internal sealed class OpenBatch(IExecutionBuffer buffer, BatchLayout layout)
{
    private readonly WorkItem?[] _slots = new WorkItem?[layout.Capacity];

    public IExecutionBuffer Buffer => buffer;

    /// <summary>Images whose pixels are in their slots.</summary>
    public int Ready { get; private set; }

    /// <summary>Images whose slots are being written.</summary>
    public int Decoding { get; private set; }

    public bool HasRoom => Ready + Decoding < _slots.Length;

    /// <summary>When the oldest of the ready images became so. There must be one.</summary>
    public TimeSpan OldestReady => _slots.Min(item => item is { State: WorkState.Ready } ? item.WaitingSince : TimeSpan.MaxValue);

    public Memory<byte> Slot(int slot) => buffer.Input.Slice(slot * layout.ImageBytes, layout.ImageBytes);

    /// <summary>Gives the image the first free slot, of which there must be one.</summary>
    public void Reserve(WorkItem item)
    {
        item.Slot = Array.IndexOf(_slots, null);
        _slots[item.Slot] = item;
        Decoding++;
    }

    public void BecomesReady()
    {
        Decoding--;
        Ready++;
    }

    public void Free(WorkItem item)
    {
        _slots[item.Slot] = null;
        if (item.State == WorkState.Ready)
            Ready--;
        else
            Decoding--;
    }

    /// <summary>
    /// Takes the ready images, into the first slots of <paramref name="spare"/> where others are still being decoded here, and
    /// otherwise into the first slots of this very buffer: in the usual case only those are moved that lie behind a slot whose image failed.
    /// </summary>
    /// <returns>The batch, and the buffer that is open from now on: this or <paramref name="spare"/>.</returns>
    public (Batch Batch, OpenBatch Open) Take(OpenBatch spare)
    {
        var target = Decoding > 0 ? spare : this;
        var items = new WorkItem[Ready];
        var taken = 0;
        for (var slot = 0; taken < items.Length; slot++)
        {
            if (_slots[slot] is not { State: WorkState.Ready } item)
                continue;
            if (target != this || slot != taken)
                Slot(slot).CopyTo(target.Slot(taken));
            _slots[slot] = null;
            item.State = WorkState.Running;
            items[taken++] = item;
        }

        Ready = 0;
        return (new Batch(target, items), target == this ? spare : this);
    }
}

/// <summary>Images that run together: item i has slot i of the buffer.</summary>
internal sealed record Batch(OpenBatch Buffer, IReadOnlyList<WorkItem> Items);
