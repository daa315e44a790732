using ResNetService.Imaging.Decoding;
using ResNetService.Imaging.Probes;
using ResNetService.Imaging.Resampling;
using ResNetService.Imaging.Resampling.Kernels;
using ResNetService.ModelFormat;

namespace ResNetService.Imaging;

/// <summary>
/// Encoded image to the network's input, 8-bit, to the bit as torchvision's <c>Resize</c> and <c>CenterCrop</c> on a Pillow
/// image: resize the shorter side to spec.Resize (antialiased), cut the centre square of spec.InputSize, pad with zeros where
/// the image is smaller. With <see cref="DecodeOptions.FastDecode"/> large JPEG images come near to it only. Safe for use by many threads at once; each call works on the thread that makes it.
/// </summary>
public sealed class ImagePreprocessor
{
    private readonly PreprocessingSpec _spec;
    private readonly ImageDecoder _decoder;
    private readonly KernelPath _path;

    public ImagePreprocessor(PreprocessingSpec spec, ImageDecoder decoder)
        : this(spec, decoder, KernelPaths.Fastest)
    {
    }

    internal ImagePreprocessor(PreprocessingSpec spec, ImageDecoder decoder, KernelPath path)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(spec.InputSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(spec.InputSize, PreprocessingSpec.MaxInputSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(spec.Resize, 1);
        (_spec, _decoder, _path) = (spec, decoder, path);
    }

    /// <summary>Bytes that one image becomes: InputSize * InputSize * 3.</summary>
    public int OutputLength => _spec.InputSize * _spec.InputSize * 3;

    /// <summary>
    /// Preprocesses a small JPEG image of the program's own, so that the first image does not wait until libraries are loaded and code is compiled.
    /// </summary>
    public void WarmUp()
    {
        try
        {
            Preprocess(Probe.Read(Probe.Jpeg), new byte[OutputLength]);
        }
        catch (ImageException)
        {
            // Larger than the limits allow: then this user's images are others.
        }
    }

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
        using var rows = _decoder.Open(encoded, out var header, placement?.ShorterSide ?? _spec.Resize);
        ResizeCrop.Run(rows, _spec, placement, _path, destination[..OutputLength], cancellationToken);
        return header.Size;
    }

    /// <summary>The same for an image that is decoded (and turned) already.</summary>
    public void Preprocess(RgbImage image, Span<byte> destination)
    {
        using var rows = new RgbImageRows(image);
        ResizeCrop.Run(rows, _spec, placement: null, _path, destination[..OutputLength], CancellationToken.None);
    }

    /// <summary>
    /// Another part of an image at another size: as torchvision's <c>Resize(resize)</c> and <c>crop</c>, with the spec's interpolation and colour order.
    /// </summary>
    /// <param name="resize">Length of the shorter side, in pixels; 1 or more.</param>
    /// <param name="window">What is cut out; must lie within <see cref="ResizedSize"/>.</param>
    /// <param name="destination">At least Height * Width * 3 bytes of the window, of which the first so many become [Height, Width, 3].</param>
    /// <exception cref="ArgumentOutOfRangeException">The window is empty or reaches beyond the resized image.</exception>
    public void Preprocess(RgbImage image, int resize, CropWindow window, Span<byte> destination)
    {
        var size = ResizedSize(new(image.Width, image.Height), resize);
        if (window.Left < 0 || window.Top < 0 || window.Width < 1 || window.Height < 1
            || window.Left > size.Width - window.Width || window.Top > size.Height - window.Height)
        {
            throw new ArgumentOutOfRangeException(nameof(window), window, $"The window must lie within the resized image, {size}.");
        }

        using var rows = new RgbImageRows(image);
        ResizeCrop.Run(rows, _spec, resize, window, _path, destination[..(window.Width * window.Height * 3)]);
    }

    /// <summary>Width and height after torchvision's <c>Resize(resize)</c>: the shorter side is <paramref name="resize"/>, the longer in proportion, cut off.</summary>
    /// <exception cref="OverflowException">The longer side would have more pixels than an <see cref="int"/> counts.</exception>
    public static ImageSize ResizedSize(ImageSize size, int resize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resize, 1);
        var (width, height) = CropAxis.ResizedSize(size, resize);
        return checked(new((int)width, (int)height));
    }
}
