using ResNetService.Imaging.Decoding;
using ResNetService.Imaging.Resampling;
using ResNetService.ModelFormat;

namespace ResNetService.Imaging;

/// <summary>
/// Encoded image to the network's input, 8-bit, to the bit as torchvision's <c>Resize</c> and <c>CenterCrop</c> on a Pillow
/// image: resize the shorter side to spec.Resize (antialiased), cut the centre square of spec.InputSize, pad with zeros where
/// the image is smaller. Safe for use by many threads at once; each call works on the thread that makes it.
/// </summary>
public sealed class ImagePreprocessor
{
    private readonly PreprocessingSpec _spec;
    private readonly ImageDecoder _decoder;

    public ImagePreprocessor(PreprocessingSpec spec, ImageDecoder decoder)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(spec.InputSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(spec.InputSize, PreprocessingSpec.MaxInputSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(spec.Resize, 1);
        (_spec, _decoder) = (spec, decoder);
    }

    /// <summary>Bytes that one image becomes: InputSize * InputSize * 3.</summary>
    public int OutputLength => _spec.InputSize * _spec.InputSize * 3;

    /// <summary>
    /// Decodes and resamples strip by strip: no buffer of the image's size is made.
    /// </summary>
    /// <param name="destination">
    /// At least <see cref="OutputLength"/> bytes, of which the first <see cref="OutputLength"/> become [InputSize, InputSize, 3]
    /// with the channels in spec.ColorOrder. Unspecified if the call throws.
    /// </param>
    /// <returns>Width and height of the whole image as it is looked at (after orientation).</returns>
    /// <exception cref="ImageException">The image cannot be had.</exception>
    /// <exception cref="OperationCanceledException">Observed between rows.</exception>
    public ImageSize Preprocess(ReadOnlyMemory<byte> encoded, Span<byte> destination, CancellationToken cancellationToken = default) =>
        Preprocess(encoded, placement: null, destination, cancellationToken);

    /// <summary>The same with another size and another place of the crop, as training varies them.</summary>
    /// <param name="placement">Null for spec.Resize and the centre.</param>
    /// <inheritdoc cref="Preprocess(ReadOnlyMemory{byte}, Span{byte}, CancellationToken)"/>
    public ImageSize Preprocess(ReadOnlyMemory<byte> encoded, CropPlacement? placement, Span<byte> destination, CancellationToken cancellationToken = default)
    {
        using var rows = _decoder.Open(encoded, out var header);
        ResizeCrop.Run(rows, _spec, placement, destination[..OutputLength], cancellationToken);
        return header.Size;
    }

    /// <summary>The same for an image that is decoded (and turned) already.</summary>
    public void Preprocess(RgbImage image, Span<byte> destination)
    {
        using var rows = new RgbImageRows(image);
        ResizeCrop.Run(rows, _spec, placement: null, destination[..OutputLength], CancellationToken.None);
    }
}
