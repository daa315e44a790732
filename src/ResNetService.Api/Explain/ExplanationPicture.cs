using ResNetService.Imaging;
using ResNetService.Imaging.Rendering;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Explanation;
using ResNetService.ModelFormat;

namespace ResNetService.Api.Explain;

/// <summary>Draws an activation map over what the network saw. It decodes the image again, so no more are drawn at once than there are cores.</summary>
internal sealed class ExplanationPicture(ImageDecoder decoder) : IDisposable
{
    /// <summary>In pixels, at least: what a network sees is often smaller than what people like to look at.</summary>
    private const int Side = 448;

    private readonly SemaphoreSlim _drawing = new(Environment.ProcessorCount);

    /// <param name="preprocessing">Of the network: the same part of the image is shown, at a whole multiple of its size.</param>
    /// <returns>A PNG file.</returns>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public async Task<byte[]> DrawAsync(EncodedImage image, PreprocessingSpec preprocessing, ActivationMap map, CancellationToken cancellationToken)
    {
        await _drawing.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Draw(image, Enlarged(preprocessing), map, cancellationToken), cancellationToken);
        }
        finally
        {
            _drawing.Release();
        }
    }

    public void Dispose() => _drawing.Dispose();

    private byte[] Draw(EncodedImage image, PreprocessingSpec spec, ActivationMap map, CancellationToken cancellationToken)
    {
        var preprocessor = new ImagePreprocessor(spec, decoder);
        var pixels = new byte[preprocessor.OutputLength];
        preprocessor.Preprocess(image.Data, pixels, cancellationToken);
        HeatMap.Draw(pixels, spec.InputSize, spec.InputSize, map.Values.Span, map.Rows, map.Columns);
        return PngFile.Write(pixels, spec.InputSize, spec.InputSize);
    }

    private static PreprocessingSpec Enlarged(PreprocessingSpec spec)
    {
        var factor = (Side + spec.InputSize - 1) / spec.InputSize;
        return spec with { InputSize = factor * spec.InputSize, Resize = factor * spec.Resize, ColorOrder = ColorOrder.Rgb };
    }
}
