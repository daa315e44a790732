using System.Buffers;
using System.Globalization;
using Google.Protobuf;
using ResNetService.Inference.Execution.Native.Onnx;

namespace ResNetService.Inference.Execution.Native;

/// <summary>
/// A graph in one piece with the weights that it keeps in other files. ONNX Runtime maps such files for as long as the session lives: one that is written over
/// would change answers, and one that is cut short would end the process with SIGBUS.
/// </summary>
internal static class WholeGraph
{
    /// <summary><c>TensorProto.DataLocation.EXTERNAL</c>.</summary>
    private const int External = 1;

    private const int ChunkBytes = 1 << 20;

    private const string Location = "location";
    private const string Offset = "offset";
    private const string Length = "length";

    private static ReadOnlySpan<byte> LocationKey => "location"u8;

    /// <returns>What is to be loaded in the place of the file; null where all is in that already, or it is no ONNX.</returns>
    /// <exception cref="ExecutionException">A file cannot be read, or is none of the model's.</exception>
    public static byte[]? Read(string graphPath)
    {
        try
        {
            // Nearly all graphs are in one piece, and need not be taken apart to see it.
            if (!Mentions(graphPath, LocationKey))
                return null;
            var model = Model.Parser.ParseFrom(File.ReadAllBytes(graphPath));
            Tensor[] elsewhere = [.. TensorsOf(model.Graph).Where(tensor => tensor.DataLocation == External)];
            foreach (var tensor in elsewhere)
                TakeIn(tensor, Path.GetDirectoryName(Path.GetFullPath(graphPath))!);
            return elsewhere.Length == 0 ? null : model.ToByteArray();
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ExecutionException(e.Message, e);
        }
        catch (OverflowException e)
        {
            throw new ExecutionException("the graph and its weights have more than 2 GB", e);
        }
    }

    /// <summary>All of its own, of its nodes, and of the graphs that these have.</summary>
    private static IEnumerable<Tensor> TensorsOf(Graph? graph) => graph is null ? [] :
    [
        .. graph.Initializer,
        .. graph.Node.SelectMany(node => node.Attribute).SelectMany(attribute =>
            (attribute.T is { } own ? attribute.Tensors.Append(own) : attribute.Tensors).Concat(attribute.Graphs.Append(attribute.G).SelectMany(TensorsOf))),
    ];

    private static bool Mentions(string path, ReadOnlySpan<byte> text)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            using var file = File.OpenRead(path);
            // The end of one chunk, where the text may begin, is the beginning of the next.
            for (int kept = 0, read; (read = file.Read(buffer, kept, buffer.Length - kept)) > 0;)
            {
                var chunk = buffer.AsSpan(0, kept + read);
                if (chunk.IndexOf(text) >= 0)
                    return true;
                kept = Math.Min(text.Length - 1, chunk.Length);
                chunk[^kept..].CopyTo(buffer);
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void TakeIn(Tensor tensor, string directory)
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in tensor.ExternalData)
            entries[entry.Key] = entry.Value;
        var path = Path.GetFullPath(Path.Combine(directory, entries.GetValueOrDefault(Location, "")));
        if (!path.StartsWith(directory + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new ExecutionException($"the weights of {tensor.Name} are said to be in {path}, which is not in the model's folder");
        using var file = File.OpenRead(path);
        var offset = Number(tensor, entries, Offset) ?? 0;
        var length = Number(tensor, entries, Length) ?? file.Length - offset;
        if (length < 0 || offset + length > file.Length)
            throw new ExecutionException($"the weights of {tensor.Name} are said to be {length} bytes from {offset} on in {path}, which has {file.Length}");
        var bytes = new byte[checked((int)length)];
        file.Position = offset;
        file.ReadExactly(bytes);
        tensor.RawData = UnsafeByteOperations.UnsafeWrap(bytes);
        tensor.ExternalData.Clear();
        tensor.DataLocation = 0;
    }

    private static long? Number(Tensor tensor, Dictionary<string, string> entries, string key) =>
        !entries.TryGetValue(key, out var text) ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < long.MaxValue / 2 ? number
        : throw new ExecutionException($"the weights of {tensor.Name} have '{text}' for {key}, which is no number of bytes");
}
