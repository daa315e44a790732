using System.Buffers.Binary;
using ResNetService.Api.Errors;

namespace ResNetService.Api.OpenInference.Tensors;

/// <summary>A tensor as bytes, the same after the JSON of a request and in a message of gRPC: little-endian, row-major, nothing between elements.</summary>
internal static class RawTensor
{
    /// <returns>The images in the memory that is given, one after the other.</returns>
    /// <exception cref="ProblemException">The bytes are not those that the shape asks for.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Images(ReadOnlyMemory<byte> raw, InputDeclaration input)
    {
        if (!input.IsTensor)
            return Elements(raw, input);
        if (raw.Length != input.TensorBytes)
            throw ProblemException.Invalid($"Input '{input.Input.Name}' has {raw.Length} bytes; {input.Input.Datatype} {Text.Of(input.Shape)} has {input.TensorBytes}.");
        return [.. Enumerable.Range(0, input.Images).Select(i => raw.Slice(i * input.ImageBytes, input.ImageBytes))];
    }

    /// <summary>Of BYTES: each begins with its length, 4 bytes.</summary>
    private static ReadOnlyMemory<byte>[] Elements(ReadOnlyMemory<byte> raw, InputDeclaration input)
    {
        var images = new ReadOnlyMemory<byte>[input.Images];
        var rest = raw;
        for (var i = 0; i < images.Length; i++)
        {
            if (!BinaryPrimitives.TryReadUInt32LittleEndian(rest.Span, out var length) || length > rest.Length - sizeof(uint))
                throw ProblemException.Invalid($"Input '{input.Input.Name}' ends within element {i} of {images.Length}: each is its length as 4 bytes, little-endian, and then as many bytes.");
            images[i] = rest.Slice(sizeof(uint), (int)length);
            rest = rest[(sizeof(uint) + (int)length)..];
        }

        return rest.IsEmpty ? images : throw ProblemException.Invalid($"Input '{input.Input.Name}' has {rest.Length} bytes after its {images.Length} elements.");
    }
}
