using ResNetService.Inference.Batching;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Classification;

/// <summary>Photographs in, best classes out.</summary>
public interface IImageClassifier
{
    /// <summary>Whether a request would be taken now: a hint, before its images are read.</summary>
    /// <param name="model">As in <see cref="ClassificationRequest"/>.</param>
    /// <exception cref="ServiceException">Unknown model, queue full, not ready.</exception>
    void EnsureRoom(ModelChoice model);

    /// <summary>Decodes, preprocesses, batches and classifies; results stand in the order of the images, one each.</summary>
    /// <param name="request">The images, the model and how many classes are wanted.</param>
    /// <param name="cancellationToken">The caller has gone: its images are dropped before they cost a decode or a run.</param>
    /// <exception cref="ServiceException">No image of the request can have an answer: unknown model, topK out of range, queue full, deadline over, not ready.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    Task<ClassificationResponse> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken);
}

/// <param name="Images">At least one.</param>
/// <param name="Model"><c>name</c>, <c>name:version</c> or an alias; null for the default model. Or a model that the caller holds.</param>
/// <param name="TopK">1 to the number of classes; null for 5, or for all where there are fewer.</param>
/// <param name="Deadline">From now on: what is not answered by then is not computed any more. Null for none.</param>
public sealed record ClassificationRequest(IReadOnlyList<EncodedImage> Images, ModelChoice Model = default, int? TopK = null, TimeSpan? Deadline = null);

/// <param name="Name">Echoed in the result; null where the caller gave none.</param>
/// <param name="Data">The encoded file. Must stay valid until the classification ends.</param>
public sealed record EncodedImage(string? Name, ReadOnlyMemory<byte> Data);

internal static class EncodedImages
{
    public static NetworkInput[] ToInputs(this IReadOnlyList<EncodedImage> images) => [.. images.Select(image => new NetworkInput(image.Data))];
}

/// <param name="Results">One for each image, in their order.</param>
public sealed record ClassificationResponse(ServedModel Model, IReadOnlyList<ImageResult> Results, StageTimings Timings) : Answer(Model, Timings);

/// <param name="Predictions">Best first; empty where <paramref name="Error"/> is set.</param>
public sealed record ImageResult(string? Name, int Width, int Height, IReadOnlyList<Prediction> Predictions, ServiceError? Error)
    : ImageAnswer(Name, Width, Height, Error);

/// <param name="Index">Class index; labels may collide, indices never.</param>
/// <param name="Probability">Softmax over all classes, 0 to 1.</param>
public sealed record Prediction(int Index, string Label, double Probability);

/// <summary>Wall time of the slowest image of the request in each stage.</summary>
public sealed record StageTimings(TimeSpan Decode, TimeSpan Queue, TimeSpan Inference, TimeSpan Total);
