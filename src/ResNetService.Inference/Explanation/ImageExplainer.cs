using ResNetService.Imaging;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Explanation;

internal sealed class ImageExplainer(ModelRuns runs) : IImageExplainer
{
    public async Task<ExplanationResponse> ExplainAsync(ExplanationRequest request, CancellationToken cancellationToken)
    {
        using var use = await runs.OpenAsync(request.Model, request.Deadline, cancellationToken);
        var classifier = use.Instance.RequireClassifier();
        int? asked = request.Class is { } text ? ClassReference.Resolve(text, use.Model) : null;
        var run = await use.RunAsync(
            request.Images.ToInputs(), (logits, features) => classifier.Map(asked ?? TopK.Best(logits), features), cancellationToken);
        return new(use.Model, use.Answer(run, (image, i) => Result(use.Model, request.Images[i].Name, image, asked)), run.Timings);
    }

    private static ExplanationResult Result(ServedModel model, string? name, BatchedImage image, int? asked)
    {
        var (error, explanation) = (image.Error, default(Explanation));
        if (error is null)
        {
            var logits = image.Logits.Span;
            var shape = model.Features!;
            if (Predictions.Of(asked ?? TopK.Best(logits), logits, model.Manifest.Labels, out error) is { } prediction)
                explanation = new(prediction, new(shape.Rows, shape.Columns, image.Reading), ImageRegion.Seen(model.Manifest.Preprocessing, image.Size));
        }

        return new(name, image.Size.Width, image.Size.Height, explanation, error);
    }
}
