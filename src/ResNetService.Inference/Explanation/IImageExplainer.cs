using ResNetService.Imaging;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Explanation;

/// <summary>Photographs in, class activation maps out: where in the photograph the network found what speaks for a class.</summary>
/// <remarks>
/// Zhou et al., "Learning Deep Features for Discriminative Localization". For a network that ends in global average pooling and one linear layer, the map is
/// no approximation: its mean, plus the layer's bias, is the class's logit.
/// </remarks>
public interface IImageExplainer
{
    /// <summary>Explains one class of each image; results stand in the order of the images.</summary>
    /// <param name="cancellationToken">The caller has gone: its images are dropped before they cost a decode or a run.</param>
    /// <exception cref="ServiceException">
    /// No image of the request can have an answer: unknown model, one without such an ending, unknown class, queue full, deadline over, not ready.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    Task<ExplanationResponse> ExplainAsync(ExplanationRequest request, CancellationToken cancellationToken);
}

/// <param name="Images">At least one.</param>
/// <param name="Model"><c>name</c>, <c>name:version</c> or an alias; null for the default model. Or a model that the caller holds.</param>
/// <param name="Class">The class to explain: its index, or its name or id if no other class has it. Null for the best class of each image.</param>
/// <param name="Deadline">From now on: what is not answered by then is not computed any more. Null for none.</param>
public sealed record ExplanationRequest(IReadOnlyList<EncodedImage> Images, ModelChoice Model = default, string? Class = null, TimeSpan? Deadline = null);

/// <param name="Results">One for each image, in their order.</param>
public sealed record ExplanationResponse(ServedModel Model, IReadOnlyList<ExplanationResult> Results, StageTimings Timings) : Answer(Model, Timings);

/// <param name="Explanation">Null where <paramref name="Error"/> is set.</param>
public sealed record ExplanationResult(string? Name, int Width, int Height, Explanation? Explanation, ServiceError? Error)
    : ImageAnswer(Name, Width, Height, Error);

/// <param name="Prediction">The class that is explained.</param>
/// <param name="Region">What of the upright image the network saw, in its pixels: the map covers just that.</param>
public sealed record Explanation(Prediction Prediction, ActivationMap Map, ImageRegion Region);

/// <summary>What each place of the network's last feature maps adds to a class's logit; below 0 where it speaks against the class.</summary>
/// <param name="Values">[Rows, Columns], row-major. Their mean plus the classifier's bias is the logit.</param>
public sealed record ActivationMap(int Rows, int Columns, ReadOnlyMemory<float> Values);
