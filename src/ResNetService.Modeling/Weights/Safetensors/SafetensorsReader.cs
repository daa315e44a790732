using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace ResNetService.Modeling.Weights.Safetensors;

/// <summary>
/// Reads safetensors: 8 bytes of header length, a JSON header that maps each name to type, shape and byte range, then the
/// elements. Checks all that the format promises: the ranges fit type and shape, and cover the elements without gap or overlap.
/// </summary>
internal static class SafetensorsReader
{
    public const string MetadataKey = "__metadata__";

    /// <summary>The reference implementation's limit, in bytes.</summary>
    public const int MaxHeaderBytes = 100_000_000;

    private const int LengthBytes = sizeof(ulong);

    public static WeightFileContent Read(SourceFile file)
    {
        var header = ReadHeader(file);
        var start = LengthBytes + header.Length;
        try
        {
            using var json = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 3, AllowDuplicateProperties = false });
            var ranges = new List<SafetensorsRange>();
            IReadOnlyDictionary<string, string> metadata = new Dictionary<string, string>();
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (property.NameEquals(MetadataKey))
                    metadata = ReadMetadata(file, property.Value);
                else
                    ranges.Add(SafetensorsRange.Parse(file, property.Name, property.Value));
            }

            SafetensorsRange.RequireTiling(file, ranges, file.Length - start);
            return new([.. ranges.Select(range => StoredTensor.Packed(range.Entry, start + range.Begin))], metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escaped half of a surrogate pair.
            throw file.Fault("has a header that is not the JSON of safetensors: " + Shown.Text(e.Message), e);
        }
    }

    private static byte[] ReadHeader(SourceFile file)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        file.Read(0, prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxHeaderBytes)
            throw file.Fault($"states a header of {length} bytes; at most {MaxHeaderBytes} are allowed");
        if (length > (ulong)(file.Length - LengthBytes))
            throw file.Fault($"is truncated: it states a header of {length} bytes, and {file.Length - LengthBytes} bytes follow");

        var header = new byte[length];
        file.Read(LengthBytes, header);
        if (header is not [(byte)'{', ..] || !Utf8.IsValid(header))
            throw file.Fault("has a header that is no JSON object in UTF-8");
        return header;
    }

    private static Dictionary<string, string> ReadMetadata(SourceFile file, JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object || metadata.EnumerateObject().Any(p => p.Value.ValueKind != JsonValueKind.String))
            throw file.Fault($"has a {MetadataKey} that is not a map from text to text");
        return metadata.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);
    }
}
