using System.Buffers.Binary;

namespace ResNetService.Imaging.Decoding.Containers;

/// <summary>WebP: a RIFF file whose chunks ANMF are the frames of an animation; a still image has none.</summary>
internal static class WebPContainer
{
    public static int CountFrames(ReadOnlySpan<byte> webp, int limit)
    {
        var frames = 0;
        for (long position = 12; position + 8 <= webp.Length && frames <= limit;)
        {
            var chunk = webp[(int)position..];
            if (chunk.StartsWith("ANMF"u8))
                frames++;
            long length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            position += 8 + length + (length & 1);
        }

        return Math.Max(frames, 1);
    }
}
