using ResNetService.Inference;
using ResNetService.Inference.Classification;
using ResNetService.ModelFormat;

namespace ResNetService.Modeling.Evaluation;

/// <summary>One crop, through the very pipeline that serves. Owns the model.</summary>
internal sealed class ServiceScorer(ResNetInference inference) : IImageScorer
{
    public ModelManifest Manifest => inference.Model.Manifest;

    public string Provider => inference.Model.Execution.Provider;

    public int Concurrency => 4 * Environment.ProcessorCount;

    public async Task<ScoredImage> ScoreAsync(LabelledImage image, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(image.Path, cancellationToken);
        var response = await inference.Classifier.ClassifyAsync(
            new ClassificationRequest([new EncodedImage(image.Path, bytes)], TopK: Manifest.Labels.Count), cancellationToken);
        var result = response.Results[0];
        if (result.Error is { } error)
            throw new EvaluationException($"{image.Path}: {error.Detail}");
        return new(image, [.. result.Predictions.Take(ScoredImage.MostNamed)], result.Predictions.First(p => p.Index == image.ClassIndex).Probability);
    }

    public ValueTask DisposeAsync() => inference.DisposeAsync();
}
