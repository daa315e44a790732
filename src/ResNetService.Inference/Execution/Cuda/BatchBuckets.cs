namespace ResNetService.Inference.Execution.Cuda;

/// <summary>
/// The few batch sizes that a GPU runs: 1, 2, 4, 8 and so on up to the capacity. Each has its memory plan and its choice of convolution
/// algorithms, made when it first runs; a batch between two sizes runs as the larger.
/// </summary>
internal sealed class BatchBuckets
{
    public BatchBuckets(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        var sizes = new List<int>();
        for (long size = 1; size < capacity; size *= 2)
            sizes.Add((int)size);
        Sizes = [.. sizes, capacity];
    }

    /// <summary>Ascending.</summary>
    public IReadOnlyList<int> Sizes { get; }

    /// <summary>Index in <see cref="Sizes"/> of the smallest that holds so many images.</summary>
    public int IndexFor(int images)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(images, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(images, Sizes[^1]);
        var index = 0;
        while (Sizes[index] < images)
            index++;
        return index;
    }
}
