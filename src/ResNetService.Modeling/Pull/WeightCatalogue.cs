using ResNetService.ModelFormat;
using ResNetService.ModelFormat.Json;

namespace ResNetService.Modeling.Pull;

/// <summary>Which weights can be pulled. The one that is built in is <c>catalogue.json</c> beside this file; a team may have its own.</summary>
internal sealed class WeightCatalogue
{
    private const string ResourceName = "catalogue.json";

    private static readonly Lazy<WeightCatalogue> LazyBuiltIn = new(ReadBuiltIn);

    private WeightCatalogue(IReadOnlyList<PublishedWeights> weights) => Weights = weights;

    public static WeightCatalogue BuiltIn => LazyBuiltIn.Value;

    /// <summary>In the catalogue's order: those of a network from the best known on.</summary>
    public IReadOnlyList<PublishedWeights> Weights { get; }

    /// <exception cref="ManifestException">The file is absent, unreadable or wrong; every fault is listed.</exception>
    public static WeightCatalogue Read(string path) => new(WeightCatalogueReader.Read(BoundedFile.Read(path, new FaultList(path)), path));

    /// <param name="name">Of the weights, or of a network for the first of its weights.</param>
    /// <returns>Null where the catalogue has none.</returns>
    public PublishedWeights? Find(string name) =>
        Weights.FirstOrDefault(weights => weights.Name == name) ?? Weights.FirstOrDefault(weights => weights.Architecture.Name == name);

    /// <summary>The name that somebody meant, or null.</summary>
    public string? Nearest(string name) =>
        NearestWord.Of(name, Weights.SelectMany(weights => new[] { weights.Name, weights.Architecture.Name }).Distinct().ToArray());

    private static WeightCatalogue ReadBuiltIn()
    {
        using var stream = typeof(WeightCatalogue).Assembly.GetManifestResourceStream(typeof(WeightCatalogue), ResourceName)!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return new(WeightCatalogueReader.Read(content.ToArray(), ResourceName));
    }
}
