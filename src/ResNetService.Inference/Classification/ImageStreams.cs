using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Classification;

public static class ImageStreams
{
    /// <summary>Classifies one image that comes as a stream.</summary>
    /// <param name="image">An encoded file, read to its end and held in memory: where strangers send it, its length is for the caller to bound.</param>
    /// <param name="topK">1 to the number of classes; null for 5, or for all where there are fewer.</param>
    /// <param name="model"><c>name</c> or <c>name:version</c>; null for the default model.</param>
    /// <param name="cancellationToken">The image is dropped before it costs a decode or a run.</param>
    /// <returns>The best classes, or an <see cref="ImageAnswer.Error"/> where the image cannot be had.</returns>
    /// <exception cref="ServiceException">There cannot be an answer: unknown model, topK out of range, queue full, not ready.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<ImageResult> ClassifyAsync(
        this IImageClassifier classifier, Stream image, int? topK = null, string? model = null, CancellationToken cancellationToken = default)
    {
        using var encoded = new MemoryStream();
        await image.CopyToAsync(encoded, cancellationToken);
        var data = encoded.GetBuffer().AsMemory(0, (int)encoded.Length);
        return (await classifier.ClassifyAsync(new([new EncodedImage(null, data)], model, topK), cancellationToken)).Results[0];
    }
}
