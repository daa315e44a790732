using System.Buffers;
using System.Runtime.InteropServices;
using ResNetService.Imaging;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Batching;

/// <summary>Encoded images to what a model's graph takes. Safe for many threads at once.</summary>
internal sealed class ImageInput(ModelManifest manifest, ImageDecoder decoder)
{
    private readonly ImagePreprocessor _preprocessor = new(manifest.Preprocessing, decoder);

    public ModelManifest Manifest => manifest;

    /// <inheritdoc cref="ImagePreprocessor.WarmUp"/>
    public void WarmUp() => _preprocessor.WarmUp();

    /// <param name="slot">Receives the image, as long as <see cref="Execution.BatchLayout.ImageBytes"/>.</param>
    /// <returns>Width and height after orientation; zero for a tensor.</returns>
    /// <exception cref="ImageException">The image cannot be had.</exception>
    /// <exception cref="OperationCanceledException">Observed between rows.</exception>
    public ImageSize Fill(NetworkInput input, Span<byte> slot, CancellationToken cancellationToken)
    {
        if (!input.IsTensor)
            return Decode(input.Data, slot, cancellationToken);
        input.Data.Span.CopyTo(slot);
        return default;
    }

    private ImageSize Decode(ReadOnlyMemory<byte> encoded, Span<byte> slot, CancellationToken cancellationToken)
    {
        if (manifest.Graph.InputType == InputType.UInt8)
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
