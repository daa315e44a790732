using System.Buffers;
using System.Runtime.InteropServices;
using ResNetService.Imaging;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Batching;

/// <summary>Encoded images to what a model's graph takes. Safe for many threads at once.</summary>
internal sealed class ImageInput(ModelManifest manifest, ImageDecoder decoder)
{
    private readonly ImagePreprocessor _preprocessor = new(manifest.Preprocessing, decoder);

    private bool IsFloat => manifest.Graph.InputType == InputType.Float32;

    public BatchLayout Layout(int capacity)
    {
        var side = (long)manifest.Preprocessing.InputSize;
        long[] shape = manifest.Graph.Layout == TensorLayout.Nhwc ? [side, side, 3] : [3, side, side];
        return new(
            manifest.Graph.Input, shape, _preprocessor.OutputLength * (IsFloat ? sizeof(float) : sizeof(byte)), manifest.Graph.Logits, manifest.Labels.Count, capacity);
    }

    /// <param name="slot">Receives the image, as long as the layout says.</param>
    /// <returns>Width and height after orientation.</returns>
    /// <exception cref="ImageException">The image cannot be had.</exception>
    /// <exception cref="OperationCanceledException">Observed between rows.</exception>
    public ImageSize Fill(ReadOnlyMemory<byte> encoded, Span<byte> slot, CancellationToken cancellationToken)
    {
        if (!IsFloat)
            return _preprocessor.Preprocess(encoded, slot, cancellationToken);

        var pixels = ArrayPool<byte>.Shared.Rent(_preprocessor.OutputLength);
        try
        {
            var size = _preprocessor.Preprocess(encoded, pixels, cancellationToken);
            Normalizer.Normalize(pixels.AsSpan(0, _preprocessor.OutputLength), manifest.Preprocessing, manifest.Graph.Layout, MemoryMarshal.Cast<byte, float>(slot));
            return size;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }
}
