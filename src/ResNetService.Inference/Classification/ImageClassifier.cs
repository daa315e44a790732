using ResNetService.Inference.Batching;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Classification;

/// <summary>Finds the model, has its batcher compute the logits, and makes predictions of them.</summary>
internal sealed class ImageClassifier(ModelRuns runs) : IImageClassifier
{
    private const int DefaultTopK = 5;

    public void EnsureRoom(ModelChoice model) => runs.EnsureRoom(model);

    public async Task<ClassificationResponse> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken)
    {
        using var use = await runs.OpenAsync(request.Model, request.Deadline, cancellationToken);
        var labels = use.Model.Manifest.Labels;
        var topK = request.TopK ?? Math.Min(DefaultTopK, labels.Count);
        if (topK < 1 || topK > labels.Count)
            throw new ServiceException(new(ErrorCode.InvalidRequest, $"topK is {topK}; it must be 1 to {labels.Count}, the number of classes of {use.Model.Name}."));

        var run = await use.RunAsync(request.Images.ToInputs(), reading: null, cancellationToken);
        return new(use.Model, use.Answer(run, (image, i) => Result(request.Images[i].Name, image, labels, topK)), run.Timings);
    }

    private static ImageResult Result(string? name, BatchedImage image, IReadOnlyList<Label> labels, int topK)
    {
        var error = image.Error;
        Prediction[] predictions = error is null ? Predictions.Best(image.Logits.Span, labels, topK, out error) : [];
        return new(name, image.Size.Width, image.Size.Height, predictions, error);
    }
}
