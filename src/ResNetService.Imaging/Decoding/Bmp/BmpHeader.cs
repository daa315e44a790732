using System.Buffers.Binary;

namespace ResNetService.Imaging.Decoding.Bmp;

internal enum BmpCompression
{
    None = 0,
    RunLength8 = 1,
    RunLength4 = 2,
    BitFields = 3,
    AlphaBitFields = 6,
}

/// <summary>
/// File header and bitmap header of a BMP, checked: BITMAPCOREHEADER (OS/2 1.x), OS/2 2.x, BITMAPINFOHEADER and its successors
/// up to V5. Names as in [MS-WMF] 2.2.2 and the Windows GDI reference.
/// </summary>
internal sealed class BmpHeader
{
    private const int FileHeaderLength = 14;
    private const int CoreHeaderLength = 12;
    private const int Os2HeaderLength = 64;

    private BmpHeader(int width, int height, bool topDown, int bitsPerPixel, BmpCompression compression) =>
        (Width, Height, TopDown, BitsPerPixel, Compression) = (width, height, topDown, bitsPerPixel, compression);

    public int Width { get; }

    public int Height { get; }

    /// <summary>Rows lie top to bottom in the file; bottom to top is the rule.</summary>
    public bool TopDown { get; }

    /// <summary>1, 4, 8 (indices into <see cref="Palette"/>), 16, 24 or 32 (split by <see cref="Masks"/>).</summary>
    public int BitsPerPixel { get; }

    public BmpCompression Compression { get; }

    /// <summary>256 RGB triples; black where the file has no entry.</summary>
    public byte[] Palette { get; } = new byte[256 * 3];

    public BmpMasks Masks { get; private set; }

    /// <summary>Where the pixels begin in the file.</summary>
    public int PixelOffset { get; private set; }

    /// <summary>Bytes from one uncompressed row to the next: rows are padded to 32 bits.</summary>
    public long Stride => (((long)Width * BitsPerPixel) + 31) / 32 * 4;

    /// <exception cref="ImageException">The header is damaged, or of a kind that is not read.</exception>
    public static BmpHeader Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < FileHeaderLength + CoreHeaderLength)
            throw Corrupt($"it ends after {file.Length} bytes, within the header");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(file[FileHeaderLength..]);
        if (length is not (CoreHeaderLength or 40 or 52 or 56 or Os2HeaderLength or 108 or 124))
            throw Corrupt($"its header claims {length} bytes; 12, 40, 52, 56, 64, 108 and 124 exist");
        if (file.Length < FileHeaderLength + length)
            throw Corrupt($"it ends after {file.Length} bytes, within the header");

        var info = file.Slice(FileHeaderLength, (int)length);
        var header = length == CoreHeaderLength ? ReadCore(info) : ReadInfo(info);
        header.CheckLayout(length);
        var next = header.ReadMasks(file, info);
        if (header.BitsPerPixel <= 8)
            next = header.ReadPalette(file, info, next);
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]);
        if (offset > file.Length)
            throw Corrupt($"its pixels would begin at byte {offset} of {file.Length}");
        // Some writers leave the offset 0, or forget the palette in it.
        header.PixelOffset = offset <= FileHeaderLength + length ? next : (int)offset;
        return header;
    }

    private static BmpHeader ReadCore(ReadOnlySpan<byte> info) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(info[4..]),
        BinaryPrimitives.ReadUInt16LittleEndian(info[6..]),
        topDown: false,
        BinaryPrimitives.ReadUInt16LittleEndian(info[10..]),
        BmpCompression.None);

    private static BmpHeader ReadInfo(ReadOnlySpan<byte> info)
    {
        var height = BinaryPrimitives.ReadInt32LittleEndian(info[8..]);
        return new(
            BinaryPrimitives.ReadInt32LittleEndian(info[4..]),
            height == int.MinValue ? 0 : Math.Abs(height),
            topDown: height < 0,
            BinaryPrimitives.ReadUInt16LittleEndian(info[14..]),
            (BmpCompression)BinaryPrimitives.ReadUInt32LittleEndian(info[16..]));
    }

    private void CheckLayout(uint headerLength)
    {
        if (Width <= 0 || Height == 0)
            throw Corrupt($"its header claims {Width} x {Height} pixels");
        // OS/2 2.x gives the values from 3 on to its own encodings.
        if (Compression > BmpCompression.RunLength4 && (headerLength == Os2HeaderLength || Compression is not (BmpCompression.BitFields or BmpCompression.AlphaBitFields)))
            throw new ImageException(ImageFault.UnsupportedFormat, $"The BMP image has compression {(uint)Compression}; none, RLE8, RLE4 and bit fields are accepted.");
        var fits = Compression switch
        {
            BmpCompression.RunLength8 => BitsPerPixel == 8,
            BmpCompression.RunLength4 => BitsPerPixel == 4,
            BmpCompression.None => BitsPerPixel is 1 or 4 or 8 or 16 or 24 or 32,
            _ => BitsPerPixel is 16 or 24 or 32,
        };
        if (!fits)
            throw Corrupt($"its header claims {BitsPerPixel} bits a pixel with compression {Compression}");
    }

    /// <returns>Where the header, with its masks, ends.</returns>
    private int ReadMasks(ReadOnlySpan<byte> file, ReadOnlySpan<byte> info)
    {
        var end = FileHeaderLength + info.Length;
        if (BitsPerPixel <= 8)
            return end;
        if (Compression == BmpCompression.None)
        {
            Masks = BitsPerPixel == 16 ? BmpMasks.Rgb555 : BmpMasks.Rgb888;
            return end;
        }

        // BITMAPINFOHEADER has them behind itself, three or four; in its successors they are its last fields.
        var count = info.Length > 40 ? (info.Length >= 56 ? 4 : 3) : (Compression == BmpCompression.AlphaBitFields ? 4 : 3);
        if (info.Length == 40)
            end += count * 4;
        if (file.Length < FileHeaderLength + 40 + (count * 4))
            throw Corrupt("it ends within the colour masks");
        var masks = file.Slice(FileHeaderLength + 40, count * 4);
        Masks = new(
            BinaryPrimitives.ReadUInt32LittleEndian(masks),
            BinaryPrimitives.ReadUInt32LittleEndian(masks[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(masks[8..]),
            count == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(masks[12..]) : 0);
        if (Masks == default)
            Masks = BitsPerPixel == 16 ? BmpMasks.Rgb555 : BmpMasks.Rgb888;
        if (!Masks.AreValid(BitsPerPixel))
            throw Corrupt($"its colour masks {Masks} are not runs of bits in {BitsPerPixel}");
        return end;
    }

    /// <returns>Where the palette ends.</returns>
    private int ReadPalette(ReadOnlySpan<byte> file, ReadOnlySpan<byte> info, int start)
    {
        var used = info.Length == CoreHeaderLength ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(info[32..]);
        var size = info.Length == CoreHeaderLength ? 3 : 4;
        var entries = (int)Math.Min(used == 0 ? 1u << BitsPerPixel : used, 256);
        if (file.Length - start < entries * size)
            throw Corrupt($"it ends within its palette of {entries} colours");
        for (var i = 0; i < entries; i++)
        {
            var bgr = file.Slice(start + (i * size), 3);
            (Palette[i * 3], Palette[(i * 3) + 1], Palette[(i * 3) + 2]) = (bgr[2], bgr[1], bgr[0]);
        }

        return start + (entries * size);
    }

    public static ImageException Corrupt(string why) => new(ImageFault.Corrupt, $"The BMP image is damaged or truncated: {why}.");
}
