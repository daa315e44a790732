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

    public abstract int ByteCount { get; }

    /// <param name="destination">As long as <see cref="ByteCount"/>.</param>
    public abstract void CopyTo(Span<byte> destination);

    /// <summary>The elements, flat and row-major, into an array that has begun.</summary>
    public abstract void WriteElements(Utf8JsonWriter writer);
}

/// <param name="images">The values of each image: finite where they are written as JSON.</param>
internal sealed class FloatTensor(TensorMetadata metadata, bool isBinary, IReadOnlyList<ReadOnlyMemory<float>> images) : OutputTensor(metadata, isBinary)
{
    public override int ByteCount { get; } = images.Sum(image => image.Length * sizeof(float));

    public override void CopyTo(Span<byte> destination)
    {
        foreach (var image in images)
        {
            var bytes = MemoryMarshal.AsBytes(image.Span);
            bytes.CopyTo(destination);
            destination = destination[bytes.Length..];
        }
    }

    public override void WriteElements(Utf8JsonWriter writer)
    {
        foreach (var image in images)
        {
            foreach (var value in image.Span)
                writer.WriteNumberValue(value);
        }
    }
}

/// <param name="elements">UTF-8.</param>
internal sealed class StringTensor(TensorMetadata metadata, bool isBinary, IReadOnlyList<byte[]> elements) : OutputTensor(metadata, isBinary)
{
    public override int ByteCount { get; } = elements.Sum(element => sizeof(uint) + element.Length);

    public override void CopyTo(Span<byte> destination)
    {
        foreach (var element in elements)
        {
            BinaryPrimitives.WriteInt32LittleEndian(destination, element.Length);
            element.CopyTo(destination[sizeof(uint)..]);
            destination = destination[(sizeof(uint) + element.Length)..];
        }
    }

    public override void WriteElements(Utf8JsonWriter writer)
    {
        foreach (var element in elements)
            writer.WriteStringValue(element);
    }
}
