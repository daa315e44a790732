using System.Buffers.Binary;

namespace ResNetService.Modeling.Weights.PyTorch;

/// <summary>The record at the end of a zip archive, which says where the directory is.</summary>
/// <param name="Entries">How many the directory has.</param>
/// <param name="Size">Of the directory, in bytes.</param>
/// <param name="Start">Byte where the directory starts.</param>
/// <param name="Limit">Byte where it must have ended: the first of the records behind it.</param>
internal sealed record ZipEnd(ulong Entries, ulong Size, ulong Start, ulong Limit)
{
    private const int Bytes = 22;
    private const int LocatorBytes = 20;
    private const int Zip64Bytes = 56;

    public static ZipEnd Find(SourceFile file)
    {
        var tail = new byte[Math.Min(file.Length, Bytes + ushort.MaxValue)];
        var tailStart = file.Length - tail.Length;
        file.Read(tailStart, tail);
        for (var at = tail.Length - Bytes; at >= 0; at--)
        {
            var record = tail.AsSpan(at);
            if (record.StartsWith("PK\x05\x06"u8) && U16(record, 20) == record.Length - Bytes)
                return Parse(file, record, tailStart + at);
        }

        throw file.Fault("is truncated: it starts as a zip archive but has no directory at its end");
    }

    private static ZipEnd Parse(SourceFile file, ReadOnlySpan<byte> record, long position)
    {
        var end = new ZipEnd(U16(record, 10), U32(record, 12), U32(record, 16), (ulong)position);
        var isZip64 = end.Entries == ushort.MaxValue || end.Size == uint.MaxValue || end.Start == uint.MaxValue;
        return isZip64 ? ReadZip64(file, position - LocatorBytes) : end;
    }

    private static ZipEnd ReadZip64(SourceFile file, long locatorPosition)
    {
        Span<byte> locator = stackalloc byte[LocatorBytes];
        locator.Clear();
        if (locatorPosition >= 0)
            file.Read(locatorPosition, locator);
        var position = U64(locator, 8);
        if (!locator.StartsWith("PK\x06\x07"u8) || position > (ulong)locatorPosition)
            throw file.Fault("lacks the zip64 locator that its zip directory asks for");

        Span<byte> record = stackalloc byte[Zip64Bytes];
        file.Read((long)position, record);
        if (!record.StartsWith("PK\x06\x06"u8))
            throw file.Fault("lacks the zip64 record that its zip directory asks for");
        return new(U64(record, 32), U64(record, 40), U64(record, 48), position);
    }

    private static ushort U16(ReadOnlySpan<byte> at, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(at[offset..]);

    private static uint U32(ReadOnlySpan<byte> at, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(at[offset..]);

    private static ulong U64(ReadOnlySpan<byte> at, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(at[offset..]);
}
