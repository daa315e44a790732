using System.Buffers.Binary;
using System.Text;

namespace ResNetService.Modeling.Weights.PyTorch;

/// <summary>An entry as the zip directory describes it.</summary>
/// <param name="Size">Of the content, in bytes.</param>
/// <param name="LocalHeader">Byte where the entry's own header starts; the content follows that.</param>
internal sealed record ZipHeader(string Name, ulong Size, ulong LocalHeader)
{
    private const int DirectoryBytes = 46;
    private const int LocalBytes = 30;
    private const ushort Encrypted = 0x2041;
    private const ushort SizesFollowContent = 8;
    private const ushort Zip64Field = 1;

    /// <summary>Takes the next entry off the directory.</summary>
    public static ZipHeader Parse(SourceFile file, ref Span<byte> directory)
    {
        if (directory.Length < DirectoryBytes || !directory.StartsWith("PK\x01\x02"u8))
            throw file.Fault("has a damaged zip directory");
        var header = directory[..DirectoryBytes];
        var (nameLength, extraLength, commentLength) = (U16(header, 28), U16(header, 30), U16(header, 32));
        if (directory.Length - DirectoryBytes < nameLength + extraLength + commentLength)
            throw file.Fault("has a damaged zip directory: its last entry does not end in it");
        var name = Encoding.UTF8.GetString(directory.Slice(DirectoryBytes, nameLength));
        var extra = directory.Slice(DirectoryBytes + nameLength, extraLength);
        directory = directory[(DirectoryBytes + nameLength + extraLength + commentLength)..];

        if ((U16(header, 8) & Encrypted) != 0)
            throw file.Fault($"has the encrypted zip entry {Shown.Text(name)}");
        ulong size = U32(header, 24), compressed = U32(header, 20), localHeader = U32(header, 42);
        var zip64 = new Zip64Extra(FindField(extra));
        if (!zip64.Widen(ref size) || !zip64.Widen(ref compressed) || !zip64.Widen(ref localHeader))
            throw file.Fault($"has the zip entry {Shown.Text(name)} without its zip64 sizes");
        if (U16(header, 10) != 0 || compressed != size)
            throw file.Fault($"has the compressed zip entry {Shown.Text(name)}; torch.save stores entries as they are, so this archive was packed anew: save it with PyTorch");
        return new(name, size, localHeader);
    }

    /// <summary>Where the content starts, once the local header has been found to agree and all to lie before <paramref name="limit"/>.</summary>
    public long FindContent(SourceFile file, long limit)
    {
        if (LocalHeader > (ulong)limit)
            throw Outside();

        Span<byte> local = stackalloc byte[LocalBytes];
        file.Read((long)LocalHeader, local);
        var name = new byte[U16(local, 26)];
        var isHeader = local.StartsWith("PK\x03\x04"u8);
        if (isHeader)
            file.Read((long)LocalHeader + LocalBytes, name);
        if (!isHeader || Encoding.UTF8.GetString(name) != Name || U16(local, 8) != 0)
            throw file.Fault($"has the zip entry {Shown.Text(Name)} at byte {LocalHeader}, where another or none is");
        if ((U16(local, 6) & SizesFollowContent) == 0 && U32(local, 22) is not uint.MaxValue and var size && size != Size)
            throw file.Fault($"has the zip entry {Shown.Text(Name)} of {Size} bytes, which itself says {size}");

        var position = (long)LocalHeader + LocalBytes + name.Length + U16(local, 28);
        if (position > limit || Size > (ulong)(limit - position))
            throw Outside();
        return position;

        WeightException Outside() =>
            file.Fault($"has the zip entry {Shown.Text(Name)} of {Size} bytes at {LocalHeader}, which does not end before the zip directory at {limit}");
    }

    private static ReadOnlySpan<byte> FindField(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var length = Math.Min(U16(extra, 2), extra.Length - 4);
            if (U16(extra, 0) == Zip64Field)
                return extra.Slice(4, length);
            extra = extra[(4 + length)..];
        }

        return [];
    }

    private static ushort U16(ReadOnlySpan<byte> at, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(at[offset..]);

    private static uint U32(ReadOnlySpan<byte> at, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(at[offset..]);

    /// <summary>The 64-bit values of an entry, in the order of the fields that are too narrow for them.</summary>
    private ref struct Zip64Extra(ReadOnlySpan<byte> values)
    {
        private ReadOnlySpan<byte> _values = values;

        public bool Widen(ref ulong value)
        {
            if (value != uint.MaxValue)
                return true;
            if (_values.Length < 8)
                return false;
            value = BinaryPrimitives.ReadUInt64LittleEndian(_values);
            _values = _values[8..];
            return true;
        }
    }
}
