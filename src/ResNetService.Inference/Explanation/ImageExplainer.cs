using ResNetService.Imaging;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Explanation;

internal sealed class ImageExplainer(ModelRuns runs) : IImageExplainer
{
    public async Task<ExplanationResponse> ExplainAsync(ExplanationRequest request, CancellationToken cancellationToken)
    {
        var instance = runs.Find(request.Model);
        var classifier = instance.RequireClassifier();
        var classes = instance.Model.Manifest.Labels.Count;
        if (request.Class is { } asked && (asked < 0 || asked >= classes))
            throw new ServiceException(new(ErrorCode.InvalidRequest, $"class is {asked}; it must be 0 to {classes - 1}, an index of the classes of {instance.Model.Name}."));

        var run = await runs.RunAsync(
            instance, request.Images.ToInputs(), (logits, features) => classifier.Map(request.Class ?? TopK.Best(logits), features), request.Deadline, cancellationToken);
        return new(instance.Model, [.. run.Images.Select((image, i) => Result(instance, request, i, image))], run.Timings);
    }

    private static ExplanationResult Result(ModelInstance instance, ExplanationRequest request, int index, BatchedImage image)
    {
        var (error, explanation) = (image.Error, default(Explanation));
        if (error is null)
        {
            var logits = image.Logits.Span;
            var manifest = instance.Model.Manifest;
            var shape = instance.Model.Features!;
            if (Predictions.Of(request.Class ?? TopK.Best(logits), logits, manifest.Labels, out error) is { } prediction)
                explanation = new(prediction, new(shape.Rows, shape.Columns, image.Reading), ImageRegion.Seen(manifest.Preprocessing, image.Size));
        }

        return new(request.Images[index].Name, image.Size.Width, image.Size.Height, explanation, error);
    }
}
