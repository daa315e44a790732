using ResNetService.Inference.Classification;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Embedding;

/// <summary>Photographs in, vectors out, near each other where the network sees the same: for search and clustering.</summary>
public interface IImageEmbedder
{
    /// <summary>Computes what the network's classifier reads: the mean of each channel of its last feature maps. Results stand in the order of the images.</summary>
    /// <param name="cancellationToken">The caller has gone: its images are dropped before they cost a decode or a run.</param>
    /// <exception cref="ServiceException">No image of the request can have an answer: unknown model, one without features, queue full, deadline over, not ready.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    Task<EmbeddingResponse> EmbedAsync(EmbeddingRequest request, CancellationToken cancellationToken);
}

/// <param name="Images">At least one.</param>
/// <param name="Model"><c>name</c>, <c>name:version</c> or an alias; null for the default model. Or a model that the caller holds.</param>
/// <param name="Normalize">Whether each vector is divided by its length (L2), so that a dot product is the cosine.</param>
/// <param name="Deadline">From now on: what is not answered by then is not computed any more. Null for none.</param>
public sealed record EmbeddingRequest(IReadOnlyList<EncodedImage> Images, ModelChoice Model = default, bool Normalize = false, TimeSpan? Deadline = null);

/// <param name="Results">One for each image, in their order.</param>
public sealed record EmbeddingResponse(ServedModel Model, IReadOnlyList<EmbeddingResult> Results, StageTimings Timings) : Answer(Model, Timings);

/// <param name="Vector">One value a channel; empty where <paramref name="Error"/> is set.</param>
public sealed record EmbeddingResult(string? Name, int Width, int Height, ReadOnlyMemory<float> Vector, ServiceError? Error)
    : ImageAnswer(Name, Width, Height, Error);
