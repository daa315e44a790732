using ResNetService.Inference;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;

namespace ResNetService.Modeling.Evaluation;

/// <summary>Loads a model to be evaluated.</summary>
internal static class ImageScorer
{
    /// <summary>Below it, the sizes of <see cref="ViewPlan.Scales"/> are not those that a network has learned to see things at.</summary>
    private const int SmallestForScales = 128;

    /// <param name="directory">models/&lt;name&gt;/&lt;version&gt;.</param>
    /// <exception cref="Inference.Models.ModelsException">The model cannot be served.</exception>
    /// <exception cref="EvaluationException">These views cannot be had of this model.</exception>
    public static async Task<IImageScorer> OpenAsync(string directory, Views views)
    {
        var inference = await ResNetInference.OpenAsync(directory);
        if (views == Views.OneCrop)
            return new ServiceScorer(inference);

        // Loaded once to be checked as the service checks it; other views are not the service's.
        await using var checkedModel = inference;
        var (manifest, graph) = (inference.Model.Manifest, Path.Combine(directory, ModelManifest.GraphFileName));
        try
        {
            return views == Views.TenCrop ? TenCrop(manifest, graph) : MultiScale(manifest, graph);
        }
        catch (Exception e) when (e is EvaluationException or ExecutionException)
        {
            throw new EvaluationException($"{directory}: {e.Message}");
        }
    }

    private static ViewScorer TenCrop(ModelManifest manifest, string graph)
    {
        var spec = manifest.Preprocessing;
        if (spec.Resize < spec.InputSize)
            throw new EvaluationException($"ten crops of {spec.InputSize} pixels do not fit into images whose shorter side is resized to {spec.Resize}; use --views one-crop, which pads");
        return new(ExecutionBackend.OnBest().Load(graph, manifest.Precision), manifest, size => ViewPlan.FiveCrop(size, spec));
    }

    private static ViewScorer MultiScale(ModelManifest manifest, string graph)
    {
        if (manifest.Preprocessing.InputSize < SmallestForScales)
        {
            throw new EvaluationException(
                $"multi-scale testing resizes photographs to {string.Join(", ", ViewPlan.Scales)} pixels, and this network is made for images of {manifest.Preprocessing.InputSize}; use --views one-crop or ten-crop");
        }

        return new(FreeSizeGraph.Load(ExecutionBackend.OnBest(), manifest, graph), manifest, size => ViewPlan.MultiScale(size, ViewPlan.Scales));
    }
}
