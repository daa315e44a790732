using ResNetService.ModelFormat;

namespace ResNetService.Modeling.Evaluation;

/// <summary>A loaded model that scores labelled images. Safe for concurrent use.</summary>
internal interface IImageScorer : IAsyncDisposable
{
    ModelManifest Manifest { get; }

    /// <summary><c>cpu</c> or <c>cuda</c>: where the graph runs.</summary>
    string Provider { get; }

    /// <summary>Images at once that keep decoding and running busy.</summary>
    int Concurrency { get; }

    /// <exception cref="EvaluationException">The image has no answer.</exception>
    Task<ScoredImage> ScoreAsync(LabelledImage image, CancellationToken cancellationToken);
}
