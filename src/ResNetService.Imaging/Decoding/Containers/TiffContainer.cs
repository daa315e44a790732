using System.Buffers.Binary;

namespace ResNetService.Imaging.Decoding.Containers;

/// <summary>TIFF 6.0 and BigTIFF: a chain of directories, one a page, each a list of fields and a pointer to the next.</summary>
internal readonly ref struct TiffContainer
{
    private const int Compression = 259;
    private const int PhotometricInterpretation = 262;
    private const int ExtraSamples = 338;
    private const int YCbCrSubSampling = 530;

    private readonly ReadOnlySpan<byte> _tiff;
    private readonly bool _littleEndian;
    private readonly int _offsetSize;
    private readonly int _countSize;
    private readonly int _entrySize;
    private readonly ulong _first;

    public TiffContainer(ReadOnlySpan<byte> tiff)
    {
        _tiff = tiff;
        _littleEndian = tiff[0] == (byte)'I';
        var big = Read(2, 2) == 43;
        (_offsetSize, _countSize, _entrySize) = big ? (8, 8, 20) : (4, 2, 12);
        _first = Read(big ? 8u : 4u, _offsetSize);
    }

    /// <summary>
    /// Samples beyond the colours are opacity, unless the file says that the first of them is unspecified (near infrared, a mask, ...):
    /// that one libvips hands out like any other.
    /// </summary>
    public bool HasAlpha => Value(ExtraSamples) != 0;

    /// <summary>
    /// YCbCr with a chroma sample for every pixel and not in JPEG, which libvips hands out as if it were RGB. (With fewer chroma samples
    /// it converts, and JPEG always.)
    /// </summary>
    public bool IsUnconvertedYCbCr =>
        Value(PhotometricInterpretation) == 6 && Value(Compression) is not (6 or 7)
        && Value(YCbCrSubSampling) == 1 && Value(YCbCrSubSampling, index: 1) == 1;

    public int CountPages(int limit)
    {
        var (pages, next) = (0, _first);
        // A chain that loops ends at the limit.
        while (next != 0 && pages <= limit)
        {
            pages++;
            var entries = Read(next, _countSize);
            if (entries > (ulong)_tiff.Length)
                break;
            next = Read(next + (ulong)_countSize + (entries * (ulong)_entrySize), _offsetSize);
        }

        return Math.Max(pages, 1);
    }

    /// <summary>A whole number in a field of the first directory; null where there is none.</summary>
    public ulong? Value(int tag, uint index = 0)
    {
        var entries = Math.Min(Read(_first, _countSize), (ulong)(_tiff.Length / _entrySize));
        for (var i = 0UL; i < entries; i++)
        {
            // Tag, type, count, and the values or, where they do not fit, their offset.
            var entry = _first + (ulong)_countSize + (i * (ulong)_entrySize);
            if (Read(entry, 2) != (ulong)tag)
                continue;
            var size = Read(entry + 2, 2) switch { 1 => 1, 3 => 2, 4 => 4, 16 => 8, _ => 0 };
            var count = Read(entry + 4, _offsetSize);
            if (size == 0 || index >= count)
                return null;
            var values = entry + 4 + (ulong)_offsetSize;
            if (count > (ulong)(_offsetSize / size))
                values = Read(values, _offsetSize);
            return Read(values + (index * (ulong)size), size);
        }

        return null;
    }

    /// <summary>An unsigned number of 1, 2, 4 or 8 bytes; 0, which ends a chain, outside the file.</summary>
    private ulong Read(ulong offset, int size)
    {
        if (offset > (ulong)_tiff.Length || (ulong)_tiff.Length - offset < (ulong)size)
            return 0;
        var bytes = _tiff.Slice((int)offset, size);
        return size switch
        {
            1 => bytes[0],
            2 => _littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes),
            4 => _littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes),
            _ => _littleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes),
        };
    }
}
