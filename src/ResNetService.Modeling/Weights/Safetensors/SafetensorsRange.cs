using System.Text.Json;

namespace ResNetService.Modeling.Weights.Safetensors;

/// <summary>One tensor of a safetensors header and the bytes that it claims, counted from the header's end.</summary>
internal sealed record SafetensorsRange(TensorEntry Entry, long Begin, long End)
{
    private static readonly Dictionary<string, ElementType> Types = Enum.GetValues<ElementType>().ToDictionary(type => type.SafetensorsName());

    public static SafetensorsRange Parse(SourceFile file, string name, JsonElement info)
    {
        var shown = $"tensor {Shown.Text(name)}";
        if (info.ValueKind != JsonValueKind.Object
            || !info.TryGetProperty("dtype", out var dtype) || dtype.ValueKind != JsonValueKind.String
            || !info.TryGetProperty("shape", out var sides) || Integers(sides) is not { } shape
            || !info.TryGetProperty("data_offsets", out var offsets) || Integers(offsets) is not [var begin, var end])
        {
            throw file.Fault($"{shown} lacks a dtype (text), a shape (integers) or data_offsets (two integers)");
        }

        if (!Types.TryGetValue(dtype.GetString()!, out var type))
            throw file.Fault($"{shown} has dtype {Shown.Text(dtype.GetString()!)}; known are {string.Join(", ", Types.Keys)}");
        if (TensorShape.ElementCount(shape) is not { } count)
            throw file.Fault($"{shown} has shape {TensorShape.Show(shape)}, which is none of at most {TensorShape.MaxRank} dimensions");
        if (begin < 0 || end < begin || (UInt128)(end - begin) != (UInt128)count * (UInt128)type.Size())
            throw file.Fault($"{shown} has data_offsets [{begin},{end}], which do not fit {dtype.GetString()} {TensorShape.Show(shape)}");
        return new(new(name, shape, type), begin, end);
    }

    /// <summary>The ranges must cover the bytes from 0 to <paramref name="length"/>, each byte once.</summary>
    public static void RequireTiling(SourceFile file, IEnumerable<SafetensorsRange> ranges, long length)
    {
        var reached = 0L;
        foreach (var range in ranges.OrderBy(range => range.Begin).ThenBy(range => range.End))
        {
            if (range.Begin != reached)
            {
                var fault = range.Begin < reached ? "overlaps the tensor before it, which ends" : "leaves a gap after the tensor before it, which ends";
                throw file.Fault($"tensor {Shown.Text(range.Entry.Name)} at byte {range.Begin} {fault} at {reached}");
            }

            reached = range.End;
        }

        if (reached != length)
            throw file.Fault(reached > length ? $"is truncated: its tensors need {reached} bytes, and it has {length}" : $"has {length - reached} bytes that belong to no tensor");
    }

    private static long[]? Integers(JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array)
            return null;
        var values = new long[array.GetArrayLength()];
        var i = 0;
        foreach (var element in array.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out values[i++]))
                return null;
        }

        return values;
    }
}
