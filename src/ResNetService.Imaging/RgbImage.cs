using System.Buffers;

namespace ResNetService.Imaging;

/// <summary>A decoded image: 8-bit RGB, row by row without padding, [height, width, 3].</summary>
/// <remarks>The pixels lie in a pooled array that <see cref="Dispose"/> gives back; spans taken before are then invalid.</remarks>
public sealed class RgbImage : IDisposable
{
    private byte[]? _pixels;

    public RgbImage(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        (Width, Height) = (width, height);
        _pixels = ArrayPool<byte>.Shared.Rent(checked(width * height * 3));
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Width * Height * 3 bytes; arbitrary until written.</summary>
    public Span<byte> Pixels
    {
        get
        {
            ObjectDisposedException.ThrowIf(_pixels is null, this);
            return _pixels.AsSpan(0, Width * Height * 3);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _pixels, null) is { } pixels)
            ArrayPool<byte>.Shared.Return(pixels);
    }
}
