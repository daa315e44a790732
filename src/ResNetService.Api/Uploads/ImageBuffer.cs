using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace ResNetService.Api.Uploads;

/// <summary>An encoded image in rented memory, which goes back to the pool when this is disposed.</summary>
internal sealed class ImageBuffer : IDisposable
{
    private const int FirstSize = 64 * 1024;

    /// <summary>A length that is only announced takes no more memory than this; beyond, the buffer grows with what comes.</summary>
    private const int LargestFirstSize = 1024 * 1024;

    private byte[] _bytes;
    private int _length;

    private ImageBuffer(int size) => _bytes = ArrayPool<byte>.Shared.Rent(size);

    public ReadOnlyMemory<byte> Data => _bytes.AsMemory(0, _length);

    /// <summary>Reads to the end of the stream, straight into the buffer.</summary>
    /// <param name="announced">How many bytes there should be; null where nobody says.</param>
    /// <returns>Null where there are more than <paramref name="limit"/> bytes; the stream stands somewhere after them.</returns>
    public static async Task<ImageBuffer?> ReadAsync(Stream stream, int limit, CancellationToken cancellationToken, long? announced = null)
    {
        // One byte more, to find the end without growing.
        var buffer = new ImageBuffer((int)Math.Min(announced + 1 ?? FirstSize, LargestFirstSize));
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

    /// <summary>Reads a body whose form is known only when it is there.</summary>
    /// <exception cref="BadHttpRequestException">It has more than <paramref name="limit"/> bytes.</exception>
    public static async Task<ImageBuffer> ReadWholeAsync(HttpRequest request, int limit, CancellationToken cancellationToken) =>
        await ReadAsync(request.Body, limit, cancellationToken, request.ContentLength)
        ?? throw new BadHttpRequestException("The request body is too large.", StatusCodes.Status413PayloadTooLarge);

    /// <summary>The bytes of the string that the reader stands on.</summary>
    /// <param name="mayBeDataUrl">Whether <c>data:…;base64,</c> before them is passed over.</param>
    /// <returns>Null where it is not base64.</returns>
    public static ImageBuffer? FromBase64(ref Utf8JsonReader reader, bool mayBeDataUrl = false)
    {
        var buffer = new ImageBuffer(reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length);
        // Escapes are resolved on the way: some encoders write every '/' as '\/'.
        var text = Span<byte>.Empty;
        try
        {
            text = buffer._bytes.AsSpan(0, reader.CopyString(buffer._bytes));
        }
        catch (InvalidOperationException)
        {
            // No UTF-8 at all.
            buffer.Dispose();
            return null;
        }

        if (mayBeDataUrl && text.StartsWith("data:"u8) && text.IndexOf(";base64,"u8) is >= 0 and var marker)
        {
            var rest = text[(marker + ";base64,"u8.Length)..];
            rest.CopyTo(text);
            text = text[..rest.Length];
        }

        if (Base64.DecodeFromUtf8InPlace(text, out buffer._length) == OperationStatus.Done)
            return buffer;
        buffer.Dispose();
        return null;
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
