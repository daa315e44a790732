using System.Buffers.Binary;
using System.Text;

namespace ResNetService.Modeling.Tests.Weights;

/// <summary>An entry to be written, and the lies that its headers tell.</summary>
internal sealed record ZipTestEntry(string Name, byte[] Data)
{
    public ushort Flags { get; init; } = 0x0800;

    public ushort Method { get; init; }

    /// <summary>What the directory says; null for the truth.</summary>
    public uint? Size { get; init; }

    public uint? Compressed { get; init; }

    public uint? LocalHeader { get; init; }

    /// <summary>What the local header says; null for the truth.</summary>
    public string? LocalName { get; init; }

    public uint? LocalSize { get; init; }

    /// <summary>Extra field of the directory.</summary>
    public byte[] Extra { get; init; } = [];
}

/// <summary>The lies of an archive's last record about its directory; null for the truth.</summary>
internal sealed record ZipTestEnd(ulong? Count = null, ulong? Size = null, ulong? Start = null);

/// <summary>Writes stored zip archives as PyTorch's writer does: padding in the local headers, so that contents are aligned.</summary>
internal static class ZipBuilder
{
    private const int Alignment = 64;

    public static byte[] Build(IEnumerable<ZipTestEntry> entries, ZipTestEnd? end = null, bool zip64 = false)
    {
        var bytes = new MemoryStream();
        var directory = new MemoryStream();
        var written = 0;
        foreach (var entry in entries)
        {
            var start = (uint)bytes.Length;
            WriteLocal(bytes, entry);
            WriteDirectory(directory, entry, start);
            written++;
        }

        var (count, size, directoryStart) = (end?.Count ?? (ulong)written, end?.Size ?? (ulong)directory.Length, end?.Start ?? (ulong)bytes.Length);
        bytes.Write(directory.ToArray());
        if (zip64)
        {
            var record = (ulong)bytes.Length;
            Write(bytes, "PK\x06\x06", 44UL, (ushort)45, (ushort)45, 0u, 0u, count, count, size, directoryStart);
            Write(bytes, "PK\x06\x07", 0u, record, 1u);
            Write(bytes, "PK\x05\x06", (ushort)0, (ushort)0, ushort.MaxValue, ushort.MaxValue, uint.MaxValue, uint.MaxValue, (ushort)0);
        }
        else
        {
            Write(bytes, "PK\x05\x06", (ushort)0, (ushort)0, (ushort)count, (ushort)count, (uint)size, (uint)directoryStart, (ushort)0);
        }

        return bytes.ToArray();
    }

    private static void WriteLocal(MemoryStream bytes, ZipTestEntry entry)
    {
        var name = Encoding.UTF8.GetBytes(entry.LocalName ?? entry.Name);
        var size = entry.LocalSize ?? (uint)entry.Data.Length;
        var padding = (ushort)((Alignment - ((bytes.Length + 30 + name.Length) % Alignment)) % Alignment);
        Write(bytes, "PK\x03\x04", (ushort)0, entry.Flags, entry.Method, 0u, 0u, size, size, (ushort)name.Length, padding);
        bytes.Write(name);
        bytes.Write(new byte[padding]);
        bytes.Write(entry.Data);
    }

    private static void WriteDirectory(MemoryStream directory, ZipTestEntry entry, uint start)
    {
        var name = Encoding.UTF8.GetBytes(entry.Name);
        var size = entry.Size ?? (uint)entry.Data.Length;
        Write(directory, "PK\x01\x02", (ushort)0, (ushort)0, entry.Flags, entry.Method, 0u, 0u, entry.Compressed ?? size, size);
        Write(directory, (ushort)name.Length, (ushort)entry.Extra.Length, (ushort)0, (ushort)0, (ushort)0, 0u, entry.LocalHeader ?? start);
        directory.Write(name);
        directory.Write(entry.Extra);
    }

    private static void Write(MemoryStream stream, params object[] fields)
    {
        Span<byte> bytes = stackalloc byte[8];
        foreach (var field in fields)
        {
            if (field is string signature)
            {
                stream.Write(Encoding.Latin1.GetBytes(signature));
                continue;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(bytes, Convert.ToUInt64(field, null));
            stream.Write(bytes[..System.Runtime.InteropServices.Marshal.SizeOf(field)]);
        }
    }
}
