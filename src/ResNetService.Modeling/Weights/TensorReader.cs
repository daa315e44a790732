using System.Buffers;

namespace ResNetService.Modeling.Weights;

/// <summary>Brings a tensor's elements from the file, row-major, into the caller's memory.</summary>
internal static class TensorReader
{
    /// <summary>What is converted at a time: small enough to stay in the cache, so that a conversion costs no pass over memory.</summary>
    private const int ChunkBytes = 1 << 16;

    private delegate void Convert<T>(ElementType type, ReadOnlySpan<byte> source, Span<T> destination);

    public static void Read(SourceFile file, StoredTensor tensor, Span<float> destination)
    {
        if (!tensor.Entry.Type.IsFloatingPoint())
            throw WrongType(file, tensor, "floating-point numbers");
        Read(file, tensor, destination, ElementConversion.ToFloats);
    }

    public static void Read(SourceFile file, StoredTensor tensor, Span<long> destination)
    {
        if (tensor.Entry.Type.IsFloatingPoint())
            throw WrongType(file, tensor, "integers");
        Read(file, tensor, destination, ElementConversion.ToLongs);
    }

    private static void Read<T>(SourceFile file, StoredTensor tensor, Span<T> destination, Convert<T> convert)
    {
        if (destination.Length != tensor.Entry.ElementCount)
            throw new ArgumentException($"{destination.Length} elements cannot take a tensor of {tensor.Entry.ElementCount}", nameof(destination));
        if (destination.IsEmpty)
            return;
        if (tensor.IsContiguous)
        {
            ReadRun(file, tensor, destination, convert);
            return;
        }

        if (tensor.Extent > Array.MaxLength)
            throw file.Fault($"tensor {Shown.Text(tensor.Entry.Name)} is strided over {tensor.Extent} elements, more than can be put in order in memory");
        var extent = new T[tensor.Extent];
        ReadRun(file, tensor, extent, convert);
        Gather(extent, tensor, destination);
    }

    private static void ReadRun<T>(SourceFile file, StoredTensor tensor, Span<T> destination, Convert<T> convert)
    {
        var type = tensor.Entry.Type;
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (var done = 0; done < destination.Length;)
            {
                var count = Math.Min(ChunkBytes / type.Size(), destination.Length - done);
                var bytes = buffer.AsSpan(0, count * type.Size());
                file.Read(tensor.Position + ((long)done * type.Size()), bytes);
                convert(type, bytes, destination.Slice(done, count));
                done += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Walks the indices row-major, the last side fastest, and keeps the offset that belongs to them.</summary>
    private static void Gather<T>(T[] extent, StoredTensor tensor, Span<T> destination)
    {
        var (shape, strides) = (tensor.Entry.Shape, tensor.Strides);
        Span<long> index = stackalloc long[TensorShape.MaxRank];
        index.Clear();
        var offset = 0L;
        foreach (ref var element in destination)
        {
            element = extent[offset];
            for (var side = shape.Count - 1; side >= 0; side--)
            {
                offset += strides[side];
                if (++index[side] < shape[side])
                    break;
                offset -= strides[side] * shape[side];
                index[side] = 0;
            }
        }
    }

    private static WeightException WrongType(SourceFile file, StoredTensor tensor, string wanted) =>
        file.Fault($"tensor {Shown.Text(tensor.Entry.Name)} holds {tensor.Entry.Type} where {wanted} are wanted");
}
