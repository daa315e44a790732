namespace ResNetService.Modeling.Weights;

/// <summary>Where a tensor's elements lie in its file. Every element is known to lie inside of the tensor's storage.</summary>
internal sealed class StoredTensor
{
    private StoredTensor(TensorEntry entry, long position, IReadOnlyList<long> strides, long extent)
    {
        Entry = entry;
        Position = position;
        Strides = strides;
        Extent = extent;
    }

    public TensorEntry Entry { get; }

    /// <summary>Byte of the file where the first element lies.</summary>
    public long Position { get; }

    /// <summary>Elements from one index to the next, for each side; 0 repeats.</summary>
    public IReadOnlyList<long> Strides { get; }

    /// <summary>Elements from the first to the last in the file, including both.</summary>
    public long Extent { get; }

    /// <summary>Whether the elements lie row-major without gaps.</summary>
    public bool IsContiguous
    {
        get
        {
            var expected = 1L;
            for (var i = Strides.Count - 1; i >= 0; i--)
            {
                if (Entry.Shape[i] != 1 && Strides[i] != expected)
                    return false;
                expected *= Entry.Shape[i];
            }

            return true;
        }
    }

    /// <summary>Row-major elements from <paramref name="position"/> on; the caller has checked that they lie in the file.</summary>
    public static StoredTensor Packed(TensorEntry entry, long position)
    {
        var strides = new long[entry.Shape.Count];
        var stride = 1L;
        for (var i = strides.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= entry.Shape[i];
        }

        return new(entry, position, strides, entry.ElementCount);
    }

    /// <summary>A view of a storage, as PyTorch's <c>torch.as_strided</c> defines it.</summary>
    /// <param name="storage">Byte where the storage starts.</param>
    /// <param name="storageCount">Elements of the storage.</param>
    /// <param name="offset">Element of the storage where the view starts.</param>
    /// <exception cref="WeightException">The view is none, or reaches outside of the storage.</exception>
    public static StoredTensor View(
        SourceFile file, string name, ElementType type, long[] shape, long[] strides, long storage, long storageCount, long offset)
    {
        if (TensorShape.ElementCount(shape) is not { } count || strides.Length != shape.Length || strides.Any(s => s < 0) || offset < 0)
            throw Fault($"describes no tensor of at most {TensorShape.MaxRank} dimensions");

        var extent = count == 0 ? 0 : Reach(shape, strides);
        if (extent is null || extent > storageCount - offset)
            throw Fault($"reaches outside of its storage of {storageCount} elements");
        return new(new(name, shape, type), storage + (offset * type.Size()), strides, extent.Value);

        WeightException Fault(string problem) => file.Fault(
            $"tensor {Shown.Text(name)} has size {TensorShape.Show(shape)}, stride {TensorShape.Show(strides)} and offset {offset}, which {problem}");
    }

    private static long? Reach(long[] shape, long[] strides)
    {
        UInt128 last = 0;
        for (var i = 0; i < shape.Length; i++)
            last += (UInt128)(shape[i] - 1) * (UInt128)strides[i];
        return last >= long.MaxValue ? null : (long)last + 1;
    }
}
