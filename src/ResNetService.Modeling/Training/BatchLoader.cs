using System.Runtime.InteropServices;
using ResNetService.ModelFormat;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Training;

/// <summary>Turns images into normalised batches.</summary>
internal sealed class BatchLoader
{
    private const int Channels = 3;
    private const int PixelValues = 256;

    private readonly ImageSet _images;
    private readonly float[] _normalized = new float[Channels * PixelValues];

    public BatchLoader(ImageSet images, PreprocessingSpec spec)
    {
        _images = images;
        for (var channel = 0; channel < Channels; channel++)
        {
            for (var pixel = 0; pixel < PixelValues; pixel++)
                _normalized[(channel * PixelValues) + pixel] = (float)(((pixel * spec.Scale) - spec.Mean[channel]) / spec.Std[channel]);
        }
    }

    /// <param name="indices">Of the images.</param>
    /// <param name="augmentation">From the index of an image to its variation.</param>
    /// <returns>float32 [n, 3, size, size], and int64 [n]. Both belong to the caller's dispose scope.</returns>
    public (Tensor Images, Tensor Classes) Load(ReadOnlySpan<int> indices, Func<int, Augmentation> augmentation)
    {
        var size = _images.Size;
        var images = empty([indices.Length, size, size, Channels], ScalarType.Float32);
        var classes = empty([indices.Length], ScalarType.Int64);
        var values = MemoryMarshal.Cast<byte, float>(images.bytes);
        var targets = MemoryMarshal.Cast<byte, long>(classes.bytes);
        var length = size * size * Channels;
        for (var i = 0; i < indices.Length; i++)
        {
            Write(_images.Pixels[indices[i]], augmentation(indices[i]), values.Slice(i * length, length));
            targets[i] = _images.Classes[indices[i]];
        }

        // Rows of interleaved channels, seen as [n, 3, h, w]: libtorch then convolves in its channels-last layout. A step of ResNet-20
        // at batch 128 takes 428 ms of one core with it, and 555 ms without.
        return (images.permute(0, 3, 1, 2), classes);
    }

    private void Write(ReadOnlySpan<byte> source, Augmentation augmentation, Span<float> target)
    {
        var size = _images.Size;
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var fromX = (augmentation.Mirrored ? size - 1 - x : x) + augmentation.Left;
                var fromY = y + augmentation.Top;
                var inside = (uint)fromX < (uint)size && (uint)fromY < (uint)size;
                var from = ((fromY * size) + fromX) * Channels;
                var to = ((y * size) + x) * Channels;
                for (var channel = 0; channel < Channels; channel++)
                    target[to + channel] = _normalized[(channel * PixelValues) + (inside ? source[from + channel] : 0)];
            }
        }
    }
}
