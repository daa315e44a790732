using System.Runtime.InteropServices;

namespace ResNetService.Imaging.Decoding;

/// <summary>The number type of stored samples, and its reduction to 8 bits.</summary>
internal enum SampleDepth
{
    UInt8,

    /// <summary>The full range is 0 to 65535, of which the upper byte is kept. (Pillow does so for colour, and clips grayscale to 0..255.)</summary>
    UInt16,

    // The others have no agreed white: like Pillow's modes I and F they are clipped to 0..255, fractions cut off.
    Int8,
    Int16,
    UInt32,
    Int32,
    Float,
    Double,
}

internal static class SampleDepths
{
    public static int Bytes(this SampleDepth depth) => depth switch
    {
        SampleDepth.UInt8 or SampleDepth.Int8 => 1,
        SampleDepth.UInt16 or SampleDepth.Int16 => 2,
        SampleDepth.Double => 8,
        _ => 4,
    };

    /// <param name="source">Samples in the machine's byte order.</param>
    /// <param name="samples">One byte a sample.</param>
    public static void To8Bit(this SampleDepth depth, ReadOnlySpan<byte> source, Span<byte> samples)
    {
        switch (depth)
        {
            case SampleDepth.UInt16:
                var wide = MemoryMarshal.Cast<byte, ushort>(source);
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = (byte)(wide[i] >> 8);
                break;
            case SampleDepth.Int8:
                Clip(MemoryMarshal.Cast<byte, sbyte>(source), samples);
                break;
            case SampleDepth.Int16:
                Clip(MemoryMarshal.Cast<byte, short>(source), samples);
                break;
            case SampleDepth.UInt32:
                Clip(MemoryMarshal.Cast<byte, uint>(source), samples);
                break;
            case SampleDepth.Int32:
                Clip(MemoryMarshal.Cast<byte, int>(source), samples);
                break;
            case SampleDepth.Float:
                Clip(MemoryMarshal.Cast<byte, float>(source), samples);
                break;
            case SampleDepth.Double:
                Clip(MemoryMarshal.Cast<byte, double>(source), samples);
                break;
            default:
                source[..samples.Length].CopyTo(samples);
                break;
        }
    }

    // Saturating: below 0 and NaN give 0, above 255 gives 255, fractions are cut off.
    private static void Clip<T>(ReadOnlySpan<T> source, Span<byte> samples)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        for (var i = 0; i < samples.Length; i++)
            samples[i] = byte.CreateSaturating(source[i]);
    }
}
