namespace ResNetService.Imaging.Decoding.Containers;

/// <summary>GIF89a: a header, then blocks of which each image descriptor begins a frame.</summary>
internal static class GifContainer
{
    private const byte ImageDescriptor = 0x2C;
    private const byte Extension = 0x21;

    public static int CountFrames(ReadOnlySpan<byte> gif, int limit)
    {
        if (gif.Length < 13)
            return 0;
        var (position, frames) = (13 + ColorTableLength(gif[10]), 0);
        while (position < gif.Length && frames <= limit)
        {
            switch (gif[position])
            {
                case ImageDescriptor when position + 10 < gif.Length:
                    frames++;
                    position = SkipSubBlocks(gif, position + 10 + ColorTableLength(gif[position + 9]) + 1);
                    break;
                case Extension:
                    position = SkipSubBlocks(gif, position + 2);
                    break;
                default:
                    return frames;
            }
        }

        return frames;
    }

    private static int ColorTableLength(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private static int SkipSubBlocks(ReadOnlySpan<byte> gif, int position)
    {
        while (position < gif.Length && gif[position] != 0)
            position += 1 + gif[position];
        return position + 1;
    }
}
