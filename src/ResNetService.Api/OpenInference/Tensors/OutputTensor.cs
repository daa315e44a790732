using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace ResNetService.Api.OpenInference.Tensors;

/// <summary>An output of a whole batch, which each transport writes in its way.</summary>
internal abstract class OutputTensor(TensorMetadata metadata, bool isBinary)
{
    /// <summary>With the shape that it has.</summary>
    public TensorMetadata Metadata => metadata;

    /// <summary>Whether its values follow the JSON.</summary>
    public bool IsBinary => isBinary;

    /// <summary>So many pieces follow one another, so that an answer need not be in memory twice.</summary>
    public abstract int Pieces { get; }

    public int ByteCount => Enumerable.Range(0, Pieces).Sum(BytesOf);

    public abstract int BytesOf(int piece);

    /// <param name="destination">At least as long as the piece.</param>
    public abstract void CopyTo(int piece, Span<byte> destination);

    /// <summary>The piece's elements, row-major, into an array that has begun.</summary>
    public abstract void WriteElements(int piece, Utf8JsonWriter writer);
}

/// <param name="images">The values of each image: finite where they are written as JSON.</param>
internal sealed class FloatTensor(TensorMetadata metadata, bool isBinary, IReadOnlyList<ReadOnlyMemory<float>> images) : OutputTensor(metadata, isBinary)
{
    public override int Pieces => images.Count;

    public override int BytesOf(int piece) => images[piece].Length * sizeof(float);

    public override void CopyTo(int piece, Span<byte> destination) => MemoryMarshal.AsBytes(images[piece].Span).CopyTo(destination);

    public override void WriteElements(int piece, Utf8JsonWriter writer)
    {
        foreach (var value in images[piece].Span)
            writer.WriteNumberValue(value);
    }
}

/// <param name="elements">UTF-8.</param>
internal sealed class StringTensor(TensorMetadata metadata, bool isBinary, IReadOnlyList<byte[]> elements) : OutputTensor(metadata, isBinary)
{
    public override int Pieces => elements.Count;

    public override int BytesOf(int piece) => sizeof(uint) + elements[piece].Length;

    public override void CopyTo(int piece, Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, elements[piece].Length);
        elements[piece].CopyTo(destination[sizeof(uint)..]);
    }

    public override void WriteElements(int piece, Utf8JsonWriter writer) => writer.WriteStringValue(elements[piece]);
}
