using System.Buffers;
using System.Runtime.InteropServices;
using NetVips;
using ResNetService.Imaging.Decoding.Containers;

namespace ResNetService.Imaging.Decoding.Vips;

/// <summary>Encoded bytes as libvips reads them.</summary>
internal static class VipsSource
{
    /// <summary>Not copied where the memory is a whole array, which is then pinned until the source is disposed.</summary>
    public static Source Create(ReadOnlyMemory<byte> encoded, ImageFormat format)
    {
        if (format == ImageFormat.Png ? PngContainer.HasMetadata(encoded.Span) : Exif.IsIn(encoded.Span, format))
            return CreateWithoutMetadata(encoded.Span, format);
        return MemoryMarshal.TryGetArray(encoded, out var array) && array.Offset == 0 && array.Count == array.Array!.Length
            ? Source.NewFromMemory(array.Array)
            : Source.NewFromMemory(encoded.Span);
    }

    private static Source CreateWithoutMetadata(ReadOnlySpan<byte> encoded, ImageFormat format)
    {
        var copy = ArrayPool<byte>.Shared.Rent(encoded.Length);
        try
        {
            if (format == ImageFormat.Png)
                return Source.NewFromMemory(copy.AsSpan(0, PngContainer.CopyWithoutMetadata(encoded, copy)));
            encoded.CopyTo(copy);
            Exif.Hide(copy.AsSpan(0, encoded.Length), format);
            return Source.NewFromMemory(copy.AsSpan(0, encoded.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }
}
