using System.Runtime.InteropServices;
using System.Text.Json;
using ResNetService.Api.Errors;
using ResNetService.Api.OpenInference.Tensors;
using ResNetService.Api.Uploads;

namespace ResNetService.Api.OpenInference.Rest;

/// <summary>The elements of a tensor in JSON, row-major: flat, or nested as the shape says. Numbers go straight into the tensor's bytes.</summary>
internal static class JsonTensor
{
    /// <param name="reader">Stands on the value of <c>data</c>.</param>
    /// <param name="bytes">As many as the tensor has.</param>
    /// <exception cref="ProblemException">The data are not what datatype and shape ask for.</exception>
    public static void ReadNumbers(ref Utf8JsonReader reader, InputDeclaration input, Span<byte> bytes)
    {
        if (input.Input.Datatype == Datatypes.UInt8)
            Read<byte, UInt8Element>(ref reader, input, bytes);
        else
            Read<float, Float32Element>(ref reader, input, MemoryMarshal.Cast<byte, float>(bytes));
    }

    /// <summary>Bytes of image files are no text: they come as base64.</summary>
    /// <inheritdoc cref="ReadNumbers"/>
    public static void ReadFiles(ref Utf8JsonReader reader, InputDeclaration input, Span<ImageBuffer?> files) =>
        Read<ImageBuffer?, FileElement>(ref reader, input, files);

    private static void Read<T, TElement>(ref Utf8JsonReader reader, InputDeclaration input, Span<T> elements)
        where TElement : IElement<T>
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw ProblemException.Invalid($"'data' of input '{input.Input.Name}' is no array of {TElement.Meaning}.");

        var (read, rank, leaf) = (0, input.Shape.Count, 0);
        Span<long> counts = stackalloc long[rank + 1];
        // How many arrays are open.
        var depth = 1;
        while (depth > 0)
        {
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray when depth == rank:
                    throw ProblemException.Invalid($"'data' of input '{input.Input.Name}' is nested deeper than its shape {Text.Of(input.Shape)}.");
                case JsonTokenType.StartArray:
                    counts[depth++]++;
                    break;
                case JsonTokenType.EndArray:
                    var expected = depth == 1 && leaf <= 1 ? elements.Length : input.Shape[depth - 1];
                    if (counts[depth] != expected)
                        throw ProblemException.Invalid($"An array of 'data' of input '{input.Input.Name}' has {counts[depth]} elements; for the shape {Text.Of(input.Shape)} it has {expected}.");
                    counts[depth--] = 0;
                    break;
                default:
                    if (leaf == 0)
                        leaf = depth;
                    if (depth != leaf || (leaf != 1 && leaf != rank))
                        throw ProblemException.Invalid($"'data' of input '{input.Input.Name}' is neither flat nor nested as its shape {Text.Of(input.Shape)}.");
                    if (read == elements.Length)
                        throw ProblemException.Invalid($"'data' of input '{input.Input.Name}' has more than the {elements.Length} elements of its shape {Text.Of(input.Shape)}.");
                    if (!TElement.TryRead(ref reader, out elements[read]))
                        throw ProblemException.Invalid($"Element {read} of 'data' of input '{input.Input.Name}' is none of {TElement.Meaning}.");
                    read++;
                    counts[depth]++;
                    break;
            }
        }
    }

    private interface IElement<T>
    {
        static abstract string Meaning { get; }

        static abstract bool TryRead(ref Utf8JsonReader reader, out T element);
    }

    private readonly struct UInt8Element : IElement<byte>
    {
        public static string Meaning => "UINT8, whole numbers from 0 to 255";

        public static bool TryRead(ref Utf8JsonReader reader, out byte element)
        {
            element = 0;
            return reader.TokenType == JsonTokenType.Number && reader.TryGetByte(out element);
        }
    }

    private readonly struct Float32Element : IElement<float>
    {
        public static string Meaning => "FP32, numbers within its range";

        public static bool TryRead(ref Utf8JsonReader reader, out float element)
        {
            element = 0;
            return reader.TokenType == JsonTokenType.Number && reader.TryGetSingle(out element) && float.IsFinite(element);
        }
    }

    private readonly struct FileElement : IElement<ImageBuffer?>
    {
        public static string Meaning => "BYTES, strings of base64";

        public static bool TryRead(ref Utf8JsonReader reader, out ImageBuffer? element)
        {
            element = reader.TokenType == JsonTokenType.String ? ImageBuffer.FromBase64(ref reader) : null;
            return element is not null;
        }
    }
}
