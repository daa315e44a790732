using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;

namespace ResNetService.Modeling.Pull;

/// <summary>Trained weights that somebody publishes, and what has to be known to use them.</summary>
/// <param name="Name">What <c>resnet pull</c> calls them: fit for the folder of a model.</param>
/// <param name="Architecture">The network that they belong to.</param>
/// <param name="Url">https.</param>
/// <param name="Sha256">The digest of the file as far as it is published: its first 8 to 64 lower-case hexadecimal digits.</param>
/// <param name="Size">Null where it is not published.</param>
/// <param name="Licence">SPDX identifier or a sentence.</param>
/// <param name="Labels">Index = class index = column of the logits.</param>
/// <param name="Preprocessing">What <paramref name="Accuracy"/> was measured with.</param>
/// <param name="Accuracy">Null where it is not published.</param>
internal sealed record PublishedWeights(
    string Name,
    Architecture Architecture,
    Uri Url,
    string Sha256,
    PublishedSize? Size,
    string Licence,
    IReadOnlyList<Label> Labels,
    PreprocessingSpec Preprocessing,
    PublishedAccuracy? Accuracy)
{
    /// <summary>What the file is called where it is kept: no two catalogues mean different files by it.</summary>
    public string FileName => $"{Name}-{Sha256[..WeightCatalogueReader.MinSha256Digits]}{Path.GetExtension(Url.AbsolutePath)}";
}

/// <summary>What the publisher says that the weights score. Nobody has measured that here, so no manifest states it.</summary>
/// <param name="Top1">Fraction right, 0 to 1.</param>
/// <param name="Top5">Fraction with the right class among the best five, 0 to 1.</param>
/// <param name="Dataset">Which images.</param>
/// <param name="Source">Where it is published.</param>
internal sealed record PublishedAccuracy(double Top1, double Top5, string Dataset, string Source);
