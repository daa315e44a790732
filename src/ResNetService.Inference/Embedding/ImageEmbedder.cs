using System.Numerics.Tensors;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Embedding;

internal sealed class ImageEmbedder(ModelRuns runs) : IImageEmbedder
{
    public async Task<EmbeddingResponse> EmbedAsync(EmbeddingRequest request, CancellationToken cancellationToken)
    {
        using var use = await runs.OpenAsync(request.Model, request.Deadline, cancellationToken);
        var shape = use.Instance.RequireFeatures();
        var run = await use.RunAsync(request.Images.ToInputs(), (_, features) => Pool(features, shape, request.Normalize), cancellationToken);
        return new(use.Model, use.Answer(run, (image, i) => Result(request.Images[i].Name, image)), run.Timings);
    }

    /// <summary>The mean of each channel, over its places.</summary>
    internal static float[] Pool(ReadOnlySpan<float> features, FeatureMapShape shape, bool normalize)
    {
        var vector = new float[shape.Channels];
        for (var channel = 0; channel < vector.Length; channel++)
            vector[channel] = TensorPrimitives.Sum(features.Slice(channel * shape.Places, shape.Places)) / shape.Places;
        // The length of a vector of zeros is 0: it stays as it is.
        if (normalize && TensorPrimitives.Norm<float>(vector) is > 0 and var length)
            TensorPrimitives.Divide(vector, length, vector);
        return vector;
    }

    private static EmbeddingResult Result(string? name, BatchedImage image)
    {
        var error = image.Error ?? (TensorPrimitives.IsFiniteAll(image.Reading.Span) ? null : new ServiceError(
            ErrorCode.Internal, "The network's features of this image are not numbers; the model is damaged, or its manifest describes another one."));
        return new(name, image.Size.Width, image.Size.Height, error is null ? image.Reading : default, error);
    }
}
