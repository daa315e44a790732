using System.Buffers.Binary;
using System.Text.Json;

namespace ResNetService.Modeling.Weights.Safetensors;

/// <summary>A tensor to be written.</summary>
/// <param name="Data">Row-major, little-endian; as many bytes as shape and type ask for.</param>
internal sealed record SafetensorsTensor(string Name, IReadOnlyList<long> Shape, ElementType Type, ReadOnlyMemory<byte> Data);

/// <summary>Writes safetensors files.</summary>
internal static class SafetensorsWriter
{
    /// <summary>
    /// Writes under another name and renames at the end, so that the path never holds half a file. Wider elements come first, as the
    /// reference implementation orders them, so that each tensor is aligned to its elements; the same content gives the same bytes.
    /// </summary>
    /// <param name="path">Replaced where it exists.</param>
    /// <param name="metadata">Free text for the header; null for none.</param>
    /// <exception cref="ArgumentException">A name occurs twice or is reserved, or data do not fit shape and type.</exception>
    /// <exception cref="IOException">The file cannot be written; what was at the path is still there.</exception>
    public static void Write(string path, IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var ordered = tensors.OrderByDescending(tensor => tensor.Type.Size()).ToArray();
        var header = Header(ordered, metadata);
        var partial = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            using (var stream = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                Span<byte> length = stackalloc byte[sizeof(ulong)];
                BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
                stream.Write(length);
                stream.Write(header);
                foreach (var tensor in ordered)
                    stream.Write(tensor.Data.Span);
                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    private static byte[] Header(SafetensorsTensor[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is not null)
                WriteMetadata(json, metadata);
            WriteTensors(json, tensors);
            json.WriteEndObject();
        }

        // The elements start at a multiple of 8 bytes.
        while (buffer.Length % sizeof(ulong) != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(SafetensorsReader.MetadataKey);
        foreach (var (key, value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteTensors(Utf8JsonWriter json, SafetensorsTensor[] tensors)
    {
        var names = new HashSet<string> { SafetensorsReader.MetadataKey };
        var offset = 0L;
        foreach (var tensor in tensors)
        {
            if (!names.Add(tensor.Name))
                throw new ArgumentException($"the name '{tensor.Name}' occurs twice or is reserved", nameof(tensors));
            if (tensor.Data.Length != TensorShape.ElementCount(tensor.Shape) * tensor.Type.Size())
                throw new ArgumentException($"'{tensor.Name}': {tensor.Data.Length} bytes do not fit {tensor.Type} {TensorShape.Show(tensor.Shape)}", nameof(tensors));

            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", tensor.Type.SafetensorsName());
            json.WriteStartArray("shape");
            foreach (var side in tensor.Shape)
                json.WriteNumberValue(side);
            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(offset);
            json.WriteNumberValue(offset += tensor.Data.Length);
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }
}
