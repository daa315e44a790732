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

    public IEnumerable<WorkItem> ReadyItems => _slots.OfType<WorkItem>().Where(item => item.State == WorkState.Ready);

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
    /// Takes the images that have been ready for longest, into the first slots of <paramref name="spare"/> where others stay here, and
    /// otherwise into the first slots of this very buffer, where only those are moved that lie behind a slot whose image failed.
    /// </summary>
    /// <param name="count">As many as are ready, or fewer.</param>
    /// <param name="shares">What becomes of <see cref="Batch.Shares"/>.</param>
    /// <returns>The batch, and the buffer that is open from now on: this or <paramref name="spare"/>.</returns>
    public (Batch Batch, OpenBatch Open) Take(int count, OpenBatch spare, bool shares)
    {
        var target = Decoding > 0 || count < Ready ? spare : this;
        WorkItem[] items = [.. count < Ready ? ReadyItems.OrderBy(item => item.WaitingSince).Take(count) : ReadyItems];
        for (var i = 0; i < items.Length; i++)
        {
            var slot = items[i].Slot;
            if (target != this || slot != i)
                Slot(slot).CopyTo(target.Slot(i));
            _slots[slot] = null;
            items[i].State = WorkState.Running;
        }

        Ready -= count;
        return (new Batch(target, items, shares), target == this ? spare : this);
    }
}

/// <summary>Images that run together: item i has slot i.</summary>
/// <param name="Shares">Whether other batches run beside it, and each has a part of the cores.</param>
internal sealed record Batch(OpenBatch Slots, IReadOnlyList<WorkItem> Items, bool Shares)
{
    public IExecutionBuffer Buffer => Slots.Buffer;

    /// <summary>Whether the features of any of them are wanted.</summary>
    public bool ReadsFeatures => Items.Any(item => item.Reading is not null);
}
