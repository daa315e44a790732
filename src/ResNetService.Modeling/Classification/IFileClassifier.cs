using ResNetService.Inference.Classification;

namespace ResNetService.Modeling.Classification;

/// <summary>What classifies files: a model in this process, or a service.</summary>
internal interface IFileClassifier : IAsyncDisposable
{
    ClassifyingModel Model { get; }

    /// <summary>How many files at once keep it busy.</summary>
    int Concurrency { get; }

    /// <summary>A file that cannot be classified is an error in its result.</summary>
    /// <param name="topK">1 to the number of the model's classes.</param>
    /// <exception cref="FileContentException">The file cannot be read.</exception>
    /// <exception cref="Commands.CommandException">No file can be classified any more.</exception>
    Task<FileResult> ClassifyAsync(InputFile file, int topK, CancellationToken cancellationToken);
}

/// <param name="Name"><c>name:version</c></param>
/// <param name="Classes">How many it tells apart.</param>
/// <param name="Provider">On what it runs: <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Precision"><c>fp32</c>, <c>fp16</c> or <c>int8</c>.</param>
internal sealed record ClassifyingModel(string Name, int Classes, string Provider, string Precision);

/// <param name="Model"><c>name:version</c> of the model that was asked.</param>
/// <param name="Width">In pixels, after orientation; 0 where the image could not be decoded.</param>
/// <param name="Predictions">Best first; empty where there is an error.</param>
/// <param name="Error">Why the file has no answer; null where it has one.</param>
internal sealed record FileResult(string Name, string Model, int Width, int Height, IReadOnlyList<Prediction> Predictions, string? Error)
{
    public static FileResult Failed(string name, string model, string error) => new(name, model, 0, 0, [], error);
}
