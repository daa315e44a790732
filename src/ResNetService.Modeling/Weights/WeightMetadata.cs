using System.Text;
using ResNetService.ModelFormat;

namespace ResNetService.Modeling.Weights;

/// <summary>What a file of trained weights says of them beside the tensors.</summary>
internal static class WeightMetadata
{
    /// <summary>The preprocessing that the weights were trained with, as the manifest writes it.</summary>
    public const string PreprocessingKey = "preprocessing";

    /// <returns>Null where the file says nothing.</returns>
    /// <exception cref="ManifestException">It says something that a manifest must not say; every fault is listed.</exception>
    public static PreprocessingSpec? Preprocessing(this WeightFile file) =>
        file.Metadata.TryGetValue(PreprocessingKey, out var json) ? ManifestReader.ReadPreprocessing(Encoding.UTF8.GetBytes(json), file.Path) : null;
}
