namespace ResNetService.Modeling.Weights.PyTorch;

/// <summary>A file in a zip archive, stored as it is.</summary>
/// <param name="Position">Byte of the archive where its content starts.</param>
/// <param name="Length">In bytes.</param>
internal sealed record ZipEntry(string Name, long Position, long Length);

/// <summary>
/// Finds the entries of a zip archive. PyTorch stores them uncompressed, so their content is read in place and a compressed
/// entry, and with it every zip bomb, is refused. Entries may neither overlap nor contradict their local headers.
/// </summary>
/// <remarks>
/// Source: PKWARE APPNOTE 6.3.10, sections 4.3 to 4.5. The standard library's <c>ZipArchive</c> does not tell where an entry's
/// content lies. Checksums are not compared: PyTorch ignores them, and can be told not to write them.
/// </remarks>
internal static class ZipDirectory
{
    /// <summary>A ResNet-152 has 932 tensors.</summary>
    private const int MaxEntries = 100_000;

    private const int MaxDirectoryBytes = 32 << 20;

    public static IReadOnlyDictionary<string, ZipEntry> Read(SourceFile file)
    {
        var end = ZipEnd.Find(file);
        if (end.Entries > MaxEntries || end.Size > MaxDirectoryBytes)
            throw file.Fault($"has a zip directory of {end.Entries} entries in {end.Size} bytes; at most {MaxEntries} in {MaxDirectoryBytes} are allowed");
        if (end.Start > end.Limit || end.Size > end.Limit - end.Start)
            throw file.Fault($"is truncated: its zip directory of {end.Size} bytes at {end.Start} does not end before byte {end.Limit}");

        var directory = new byte[end.Size];
        file.Read((long)end.Start, directory);
        var entries = new Dictionary<string, ZipEntry>();
        var taken = new List<(long Begin, long End, string Name)>();
        var rest = directory.AsSpan();
        for (var i = 0UL; i < end.Entries; i++)
        {
            var header = ZipHeader.Parse(file, ref rest);
            var position = header.FindContent(file, (long)end.Start);
            if (!entries.TryAdd(header.Name, new(header.Name, position, (long)header.Size)))
                throw file.Fault($"has two zip entries of the name {Shown.Text(header.Name)}");
            taken.Add(((long)header.LocalHeader, position + (long)header.Size, header.Name));
        }

        if (!rest.IsEmpty)
            throw file.Fault($"has {rest.Length} bytes after the {end.Entries} entries of its zip directory");
        RequireDisjoint(file, taken);
        return entries;
    }

    private static void RequireDisjoint(SourceFile file, List<(long Begin, long End, string Name)> taken)
    {
        var reached = 0L;
        foreach (var (begin, end, name) in taken.OrderBy(range => range.Begin))
        {
            if (begin < reached)
                throw file.Fault($"has the zip entry {Shown.Text(name)} at byte {begin}, inside of the entry before it");
            reached = end;
        }
    }
}
