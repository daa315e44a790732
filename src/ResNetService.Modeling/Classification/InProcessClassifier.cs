using System.Globalization;
using ResNetService.Inference;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Models;

namespace ResNetService.Modeling.Classification;

/// <summary>Classifies through the pipeline that serves, without a service. Owns the model.</summary>
internal sealed class InProcessClassifier : IFileClassifier
{
    /// <summary>More is not decoded.</summary>
    private static readonly long MostBytes = new ImagingOptions().MaxBytes;

    private readonly ResNetInference _inference;

    private InProcessClassifier(ResNetInference inference, string name)
    {
        _inference = inference;
        var (manifest, execution) = (inference.Model.Manifest, inference.Model.Execution);
        Model = new(name, manifest.Labels.Count, execution.Provider, execution.Precision.ToString().ToLowerInvariant());
    }

    public ClassifyingModel Model { get; }

    /// <summary>A full batch for every run, and one more that is decoded meanwhile.</summary>
    public int Concurrency => new BatchingOptions().MaxBatchSize * (_inference.Model.Runners + 1);

    /// <exception cref="ModelsException">The model cannot be served; the message lists every fault.</exception>
    public static async Task<InProcessClassifier> OpenAsync(string modelDirectory) =>
        new(await ResNetInference.OpenAsync(modelDirectory), NameOf(modelDirectory));

    public async Task<FileResult> ClassifyAsync(InputFile file, int topK, CancellationToken cancellationToken)
    {
        var data = await FileContent.ReadAsync(file.Path, MostBytes, cancellationToken);
        var request = new ClassificationRequest([new(file.Name, data)], TopK: topK);
        var result = (await _inference.Classifier.ClassifyAsync(request, cancellationToken)).Results[0];
        return new(file.Name, Model.Name, result.Width, result.Height, result.Predictions, result.Error?.Detail);
    }

    public ValueTask DisposeAsync() => _inference.DisposeAsync();

    /// <summary>As a service calls models/name/version; else the directory's name.</summary>
    private static string NameOf(string modelDirectory)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(modelDirectory));
        var (version, name) = (Path.GetFileName(full), Path.GetFileName(Path.GetDirectoryName(full)));
        return int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out _) && !string.IsNullOrEmpty(name) ? $"{name}:{version}" : version;
    }
}
