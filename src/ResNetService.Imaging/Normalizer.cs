using System.Numerics;
using System.Runtime.Intrinsics;
using ResNetService.ModelFormat;

namespace ResNetService.Imaging;

/// <summary>
/// 8-bit pixels to float32, for models that do not normalise in their graph: (pixel * scale - mean) / std, each constant rounded
/// to float32, each operation in float32 and in this order. Vector and scalar code agree to the bit.
/// </summary>
/// <remarks>torchvision's ToTensor divides by 255 where this multiplies by 1/255: the results differ by rounding, less than 1e-6. Nothing is allocated.</remarks>
public static class Normalizer
{
    private const int Channels = 3;

    // Pixels that are sorted into a plane at a time: few enough for the stack and the first-level cache.
    private const int Block = 1024;

    /// <param name="pixels">[height, width, 3], channels in spec.ColorOrder.</param>
    /// <param name="destination">As many elements as <paramref name="pixels"/>: [height, width, 3] or [3, height, width] by <paramref name="layout"/>, channels in the same order.</param>
    /// <exception cref="ArgumentException">Lengths that do not match, or not three means and deviations.</exception>
    public static void Normalize(ReadOnlySpan<byte> pixels, PreprocessingSpec spec, TensorLayout layout, Span<float> destination)
    {
        if (pixels.Length % Channels != 0 || destination.Length != pixels.Length)
            throw new ArgumentException($"{pixels.Length} bytes of pixels and {destination.Length} elements to fill; both must be height * width * 3.", nameof(destination));
        if (spec.Mean.Count != Channels || spec.Std.Count != Channels)
            throw new ArgumentException($"{spec.Mean.Count} means and {spec.Std.Count} deviations for {Channels} channels.", nameof(spec));

        if (layout == TensorLayout.Nhwc)
            Run(pixels, (float)spec.Scale, [Cycle(spec.Mean, 0), Cycle(spec.Mean, 1), Cycle(spec.Mean, 2)], [Cycle(spec.Std, 0), Cycle(spec.Std, 1), Cycle(spec.Std, 2)], destination);
        else
            RunPlanar(pixels, spec, destination);
    }

    private static void RunPlanar(ReadOnlySpan<byte> pixels, PreprocessingSpec spec, Span<float> destination)
    {
        var plane = pixels.Length / Channels;
        Span<byte> values = stackalloc byte[Block];
        for (var channel = 0; channel < Channels; channel++)
        {
            var (mean, deviation) = (new Vector<float>((float)spec.Mean[channel]), new Vector<float>((float)spec.Std[channel]));
            for (var start = 0; start < plane; start += Block)
            {
                var block = values[..Math.Min(Block, plane - start)];
                ExtractChannel(pixels[(start * Channels)..], channel, block);
                Run(block, (float)spec.Scale, [mean, mean, mean], [deviation, deviation, deviation], destination.Slice((channel * plane) + start, block.Length));
            }
        }
    }

    /// <param name="means">Three vectors: the one for element i, and those after it in a vector, is means[i % 3].</param>
    private static void Run(ReadOnlySpan<byte> values, float scale, ReadOnlySpan<Vector<float>> means, ReadOnlySpan<Vector<float>> deviations, Span<float> destination)
    {
        var i = 0;
        for (; i <= values.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(values[i..]), out var low, out var high);
            Store(low, i, scale, means, deviations, destination);
            Store(high, i + Vector<ushort>.Count, scale, means, deviations, destination);
        }

        for (; i < values.Length; i++)
            destination[i] = ((values[i] * scale) - means[i % Channels][0]) / deviations[i % Channels][0];
    }

    private static void Store(Vector<ushort> values, int i, float scale, ReadOnlySpan<Vector<float>> means, ReadOnlySpan<Vector<float>> deviations, Span<float> destination)
    {
        Vector.Widen(values, out var low, out var high);
        var (first, second) = (i % Channels, (i + Vector<float>.Count) % Channels);
        (((Vector.ConvertToSingle(low.As<uint, int>()) * scale) - means[first]) / deviations[first]).CopyTo(destination[i..]);
        (((Vector.ConvertToSingle(high.As<uint, int>()) * scale) - means[second]) / deviations[second]).CopyTo(destination[(i + Vector<float>.Count)..]);
    }

    /// <summary>The constants of channels phase, phase + 1, ..., again and again.</summary>
    private static Vector<float> Cycle(IReadOnlyList<double> constants, int phase)
    {
        Span<float> values = stackalloc float[Vector<float>.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)constants[(phase + i) % Channels];
        return new(values);
    }

    /// <summary>Every third byte: one channel of as many pixels as <paramref name="values"/> is long.</summary>
    private static void ExtractChannel(ReadOnlySpan<byte> pixels, int channel, Span<byte> values)
    {
        var i = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            // 16 pixels are three vectors; each gives the bytes of the channel that lie in it, in their places, and zeros elsewhere.
            var positions = (Vector128.CreateSequence<byte>(0, Channels)) + Vector128.Create((byte)channel);
            for (; i <= values.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
            {
                var source = pixels[(i * Channels)..];
                (Vector128.Shuffle(Vector128.Create(source), positions)
                    | Vector128.Shuffle(Vector128.Create(source[16..]), positions - Vector128.Create((byte)16))
                    | Vector128.Shuffle(Vector128.Create(source[32..]), positions - Vector128.Create((byte)32))).CopyTo(values[i..]);
            }
        }

        for (; i < values.Length; i++)
            values[i] = pixels[(i * Channels) + channel];
    }
}
