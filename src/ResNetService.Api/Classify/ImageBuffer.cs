using System.Buffers;

namespace ResNetService.Api.Classify;

/// <summary>An encoded image in rented memory, which goes back to the pool when this is disposed.</summary>
internal sealed class ImageBuffer : IDisposable
{
    /// <summary>Grows with what comes: a length that is only announced takes no memory.</summary>
    private const int FirstSize = 64 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int _length;

    private ImageBuffer()
    {
    }

    public ReadOnlyMemory<byte> Data => _bytes.AsMemory(0, _length);

    /// <summary>Reads to the end of the stream.</summary>
    /// <returns>Null where there are more than <paramref name="limit"/> bytes; the stream stands somewhere after them.</returns>
    public static async Task<ImageBuffer?> ReadAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        var buffer = new ImageBuffer();
        try
        {
            while (true)
            {
                buffer.MakeRoom();
                var read = await stream.ReadAsync(buffer._bytes.AsMemory(buffer._length), cancellationToken);
                if (read == 0)
                    return buffer;
                buffer._length += read;
                if (buffer._length > limit)
                {
                    buffer.Dispose();
                    return null;
                }
            }
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        var bytes = Interlocked.Exchange(ref _bytes, []);
        _length = 0;
        if (bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(bytes);
    }

    private void MakeRoom()
    {
        if (_length < _bytes.Length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(2 * _bytes.Length);
        _bytes.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
