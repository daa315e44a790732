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
        if (format == ImageFormat.Png && PngContainer.HasText(encoded.Span))
            return CreateWithoutText(encoded.Span);
        return MemoryMarshal.TryGetArray(encoded, out var array) && array.Offset == 0 && array.Count == array.Array!.Length
            ? Source.NewFromMemory(array.Array)
            : Source.NewFromMemory(encoded.Span);
    }

    private static Source CreateWithoutText(ReadOnlySpan<byte> png)
    {
        var copy = ArrayPool<byte>.Shared.Rent(png.Length);
        try
        {
            return Source.NewFromMemory(copy.AsSpan(0, PngContainer.CopyWithoutText(png, copy)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }
}
