using System.Runtime.InteropServices;
using Google.Protobuf.Collections;
using ResNetService.Api.Errors;
using ResNetService.Api.OpenInference.Grpc.Messages;
using ResNetService.Api.OpenInference.Tensors;

namespace ResNetService.Api.OpenInference.Grpc;

/// <summary>A tensor by its elements, in the field that belongs to its datatype.</summary>
internal static class TensorContents
{
    /// <exception cref="ProblemException">The elements are not those of the datatype and the shape.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Images(InferTensorContents contents, InputDeclaration input)
    {
        if (!input.IsTensor)
            return [.. Elements(contents.BytesContents, "bytes_contents", contents, input).Select(file => file.Memory)];
        byte[] tensor = input.Input.Datatype == Datatypes.UInt8
            ? [.. Elements(contents.UintContents, "uint_contents", contents, input).Select((value, i) => UInt8(value, i, input))]
            : MemoryMarshal.AsBytes<float>(Elements(contents.Fp32Contents, "fp32_contents", contents, input).ToArray()).ToArray();
        return RawTensor.Images(tensor, input);
    }

    private static RepeatedField<T> Elements<T>(RepeatedField<T> elements, string field, InferTensorContents contents, InputDeclaration input)
    {
        if (elements.Count != input.Elements || Count(contents) != elements.Count)
            throw ProblemException.Invalid($"'contents' of input '{input.Input.Name}' has {elements.Count} elements in {field} and {Count(contents) - elements.Count} in other fields; for the shape {Text.Of(input.Shape)} it has {input.Elements} in {field} alone.");
        return elements;
    }

    private static byte UInt8(uint value, int index, InputDeclaration input) => value <= byte.MaxValue
        ? (byte)value
        : throw ProblemException.Invalid($"Element {index} of input '{input.Input.Name}' is {value}; UINT8 is 0 to 255.");

    private static int Count(InferTensorContents contents) =>
        contents.BoolContents.Count + contents.IntContents.Count + contents.Int64Contents.Count + contents.UintContents.Count
        + contents.Uint64Contents.Count + contents.Fp32Contents.Count + contents.Fp64Contents.Count + contents.BytesContents.Count;
}
