using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Weights;
using ResNetService.Modeling.Weights.Import;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Training;

/// <summary>
/// Weights that a run begins with in place of random ones, all but the head: a weight file that <c>resnet export</c> takes, or a model
/// directory that it has written.
/// </summary>
/// <param name="Path">Of the file or the directory.</param>
/// <param name="Preprocessing">That the weights were trained with.</param>
/// <param name="Sha256">Of the weight file or the graph.</param>
internal sealed record PretrainedWeights(string Path, PreprocessingSpec Preprocessing, string Sha256)
{
    /// <exception cref="TrainingException">The model is of another network, or its weights are not those of a network any more.</exception>
    /// <exception cref="WeightException">There is no such file, or it is damaged.</exception>
    /// <exception cref="ManifestException">The model's manifest, or what the file says of its preprocessing, is wrong.</exception>
    public static PretrainedWeights Open(string path, Architecture architecture)
    {
        if (!Directory.Exists(path))
        {
            using var file = WeightFile.Open(path);
            return new(path, file.Preprocessing() ?? architecture.Preprocessing, file.Sha256());
        }

        var manifest = ManifestReader.Read(System.IO.Path.Combine(path, ModelManifest.FileName));
        if (manifest.Architecture != architecture.Name)
            throw new TrainingException($"{path} is a model of {manifest.Architecture}, not of {architecture.Name}");
        if (manifest.Precision != Precision.Fp32)
            throw new TrainingException($"{path} computes in {Shown(manifest.Precision)}, whose weights cannot be trained on; begin with the fp32 model that it was made of");
        return new(path, manifest.Preprocessing, GraphWeights.Sha256(path));
    }

    /// <summary>Fills the network, but for its head and for what only training looks at.</summary>
    /// <exception cref="WeightException">The weights are not those of the architecture: every difference is listed, and the network is unchanged.</exception>
    public void Fill(Architecture architecture, Network network)
    {
        using var original = Directory.Exists(Path) ? GraphWeights.Load(Path, architecture) : LoadFile(architecture);
        var (from, into) = (original.state_dict(), network.state_dict());
        var parts = new NetworkParts(network, from.Keys.ToHashSet());
        using var _ = no_grad();
        foreach (var (key, value) in from.Where(tensor => !parts.IsHead(tensor.Key)))
            into[key].copy_(value);
    }

    /// <summary>The network with as many classes as the file has, so that everything in the file is compared.</summary>
    private Network LoadFile(Architecture architecture)
    {
        using var file = WeightFile.Open(Path);
        var network = architecture.Build(ClassesOf(file, architecture));
        try
        {
            WeightImport.Apply(file, new ModuleTarget(network));
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <returns>The architecture's own number where the file has no such head, which the import then says.</returns>
    private static int ClassesOf(WeightFile file, Architecture architecture)
    {
        using var shape = architecture.Outline();
        var head = new NetworkParts(shape, shape.state_dict().Keys.ToHashSet()).Head;
        var (source, _) = StateDictRules.Apply(StateDict.Of(file), new ModuleTarget(shape));
        return source.Tensors.TryGetValue(head + ".weight", out var weight) && weight.Shape is [> 0 and < int.MaxValue and var classes, _] ? (int)classes : architecture.Classes;
    }

    private static string Shown(Precision precision) => precision.ToString().ToLowerInvariant();
}
