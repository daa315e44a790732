using ResNetService.Imaging;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Explanation;

internal sealed class ImageExplainer(ModelRuns runs) : IImageExplainer
{
    public async Task<ExplanationResponse> ExplainAsync(ExplanationRequest request, CancellationToken cancellationToken)
    {
        var instance = runs.Find(request.Model);
        var classifier = instance.RequireClassifier();
        int? asked = request.Class is { } text ? ClassReference.Resolve(text, instance.Model) : null;
        var run = await runs.RunAsync(
            instance, request.Images.ToInputs(), (logits, features) => classifier.Map(asked ?? TopK.Best(logits), features), request.Deadline, cancellationToken);
        return new(instance.Model, runs.Answer(instance, run, (image, i) => Result(instance.Model, request.Images[i].Name, image, asked)), run.Timings);
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
