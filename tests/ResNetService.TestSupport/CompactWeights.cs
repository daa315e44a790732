using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace ResNetService.TestSupport;

/// <summary>
/// The trained ImageNet networks of the shared test data come as codebooks: a convolution is stored as <c>KEY.codes</c> (which row, U8
/// or I16) and <c>KEY.codebook</c> (the rows, F16), other tensors as they are, all in one safetensors file whose metadata give the
/// convolutions' shapes. BatchNorm is folded: weight and bias only, so mean 0 and variance 1 belong to them.
/// </summary>
public static class CompactWeights
{
    private const string Codes = ".codes";
    private const string Codebook = ".codebook";

    /// <summary>The expanded form of a file of the shared test data; made once a machine and kept in its temporary folder.</summary>
    /// <param name="relativePath">Below <see cref="SharedData.Root"/>; skips the running test where it does not exist.</param>
    /// <returns>Path of a plain float32 safetensors file with torchvision's keys, without <c>num_batches_tracked</c>.</returns>
    public static string Expand(string relativePath)
    {
        var source = SharedData.Require(relativePath);
        var digest = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(source)));
        var target = Path.Combine(Path.GetTempPath(), "resnet-expanded-weights", digest + ".safetensors");
        if (!File.Exists(target))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            Expand(source, target);
        }

        return target;
    }

    /// <summary>Writes the expanded form of <paramref name="source"/>, which appears under its name when it is whole.</summary>
    public static void Expand(string source, string target)
    {
        var file = File.ReadAllBytes(source);
        var headerLength = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        using var header = JsonDocument.Parse(file.AsMemory(8, headerLength));
        using var shapes = JsonDocument.Parse(header.RootElement.GetProperty("__metadata__").GetProperty("shapes").GetString()!);
        var tensors = new OrderedDictionary<string, (int[] Shape, byte[] Data)>();
        foreach (var entry in header.RootElement.EnumerateObject())
        {
            if (entry.Name.EndsWith(Codes, StringComparison.Ordinal))
            {
                var key = entry.Name[..^Codes.Length];
                tensors.Add(key, (Integers(shapes.RootElement.GetProperty(key)), LookUp(entry.Value, header.RootElement.GetProperty(key + Codebook))));
            }
            else if (entry.Name != "__metadata__" && !entry.Name.EndsWith(Codebook, StringComparison.Ordinal))
            {
                tensors.Add(entry.Name, (Integers(entry.Value.GetProperty("shape")), Content(entry.Value).ToArray()));
            }
        }

        AddStatistics(tensors);
        Write(target, tensors);

        ReadOnlySpan<byte> Content(JsonElement entry)
        {
            var offsets = Integers(entry.GetProperty("data_offsets"));
            return file.AsSpan((8 + headerLength + offsets[0])..(8 + headerLength + offsets[1]));
        }

        byte[] LookUp(JsonElement codes, JsonElement codebook)
        {
            var width = Integers(codebook.GetProperty("shape"))[1];
            var rows = MemoryMarshal.Cast<byte, Half>(Content(codebook));
            var isByte = codes.GetProperty("dtype").GetString() == "U8";
            var bytes = Content(codes);
            var values = new float[Integers(codes.GetProperty("shape"))[0] * width];
            for (var i = 0; i < values.Length; i++)
            {
                var code = isByte ? bytes[i / width] : BinaryPrimitives.ReadInt16LittleEndian(bytes[(i / width * 2)..]);
                values[i] = (float)rows[(code * width) + (i % width)];
            }

            return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        }
    }

    private static void AddStatistics(OrderedDictionary<string, (int[] Shape, byte[] Data)> tensors)
    {
        const string weight = ".weight";
        var norms = tensors
            .Where(tensor => tensor.Key.EndsWith(weight, StringComparison.Ordinal) && tensor.Value.Shape.Length == 1)
            .Select(tensor => (Name: tensor.Key[..^weight.Length], tensor.Value.Shape))
            .Where(norm => tensors.ContainsKey(norm.Name + ".bias"))
            .ToArray();
        foreach (var (name, shape) in norms)
        {
            tensors.Add(name + ".running_mean", (shape, Repeat(0, shape[0])));
            tensors.Add(name + ".running_var", (shape, Repeat(1, shape[0])));
        }
    }

    private static byte[] Repeat(float value, int count) => MemoryMarshal.AsBytes(Enumerable.Repeat(value, count).ToArray().AsSpan()).ToArray();

    private static void Write(string target, OrderedDictionary<string, (int[] Shape, byte[] Data)> tensors)
    {
        var offset = 0;
        var header = JsonSerializer.SerializeToUtf8Bytes(tensors.ToDictionary(
            tensor => tensor.Key,
            tensor => new Dictionary<string, object>
            {
                ["dtype"] = "F32",
                ["shape"] = tensor.Value.Shape,
                ["data_offsets"] = new[] { offset, offset += tensor.Value.Data.Length },
            }));

        // Test processes run side by side: each writes its own file, and the last one to finish gives it the name.
        var partial = $"{target}.{Guid.NewGuid():N}.part";
        using (var stream = File.Create(partial))
        {
            stream.Write(BitConverter.GetBytes((long)header.Length));
            stream.Write(header);
            foreach (var (_, data) in tensors.Values)
                stream.Write(data);
        }

        File.Move(partial, target, overwrite: true);
    }

    private static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(element => element.GetInt32())];
}
