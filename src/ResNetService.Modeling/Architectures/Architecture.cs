using ResNetService.ModelFormat;
using ResNetService.ModelFormat.Json;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Architectures;

/// <summary>A network that can be named: one row of a family's table.</summary>
/// <param name="Name">As the command line and the manifest spell it.</param>
/// <param name="Layers">Convolutions and linear layers on the longest path, as the paper counts.</param>
/// <param name="Classes">Of the data set that the network was published for.</param>
/// <param name="Preprocessing">That data set's usual preprocessing; a checkpoint may bring its own.</param>
/// <param name="Create">Makes the network for a number of classes.</param>
/// <param name="Published">Its error where the authors give one.</param>
internal sealed record Architecture(
    string Name, int Layers, int Classes, PreprocessingSpec Preprocessing, Func<LayerFactory, int, Network> Create, PublishedError? Published = null)
{
    /// <summary>Every registered network: ImageNet's, then CIFAR's, each by name.</summary>
    public static IReadOnlyList<Architecture> All { get; } = NetworkFamily.VariantsIn(typeof(Architecture).Assembly);

    /// <exception cref="ArgumentException">No network has that name; the message suggests the nearest.</exception>
    public static Architecture Find(string name) =>
        All.FirstOrDefault(a => a.Name == name)
        ?? throw new ArgumentException($"there is no network '{name}'{(NearestWord.Of(name, All.Select(a => a.Name).ToArray()) is { } nearest ? $"; did you mean '{nearest}'?" : "")}; 'resnet list' names all");

    /// <summary>Of the image at the published input size.</summary>
    public FeatureShape InputShape => new(3, Preprocessing.InputSize, Preprocessing.InputSize);

    /// <summary>The network with TorchSharp's default initialisation, on the CPU.</summary>
    /// <param name="classes">Columns of the logits; null for <see cref="Classes"/>.</param>
    /// <param name="forTraining">With the auxiliary heads, where the network has some.</param>
    public Network Build(int? classes = null, bool forTraining = false) => Create(new LayerFactory(CPU, forTraining), classes ?? Classes);

    /// <summary>The network on the meta device: its tensors have a shape and no memory, so that ResNet-152 costs nothing to look at.</summary>
    /// <param name="classes">As in <see cref="Build"/>.</param>
    public Network Outline(int? classes = null) => Create(new LayerFactory(META), classes ?? Classes);

    /// <summary>Counts parameters and multiply-adds at the published input size.</summary>
    public NetworkCost Measure() => Measure(InputShape);

    /// <summary>Counts parameters and multiply-adds for such an image.</summary>
    /// <exception cref="InvalidOperationException">It is too small for the network.</exception>
    public NetworkCost Measure(FeatureShape image)
    {
        using var network = Outline();
        var output = (CostSignal)network.Forward(new CostSignal(image));
        return new(
            output.Depth,
            network.parameters().Sum(p => p.numel()),
            output.Costs.Sum(c => c.MultiplyAdds),
            output.Costs.Any(c => c.Layer is BatchNorm2d && c.Output is { Height: 1, Width: 1 }),
            output.PoolsGlobally);
    }
}

/// <param name="Layers">Convolutions and linear layers on the longest path.</param>
/// <param name="Parameters">Trained numbers; running means and variances are not among them.</param>
/// <param name="MultiplyAdds">Of convolutions and linear layers, for one image.</param>
/// <param name="NormalizesPoints">Whether a BatchNorm has one value of each channel an image, whose variance takes two images or more.</param>
/// <param name="PoolsGlobally">Whether it ends in global average pooling, so that it has features to export.</param>
internal sealed record NetworkCost(int Layers, long Parameters, long MultiplyAdds, bool NormalizesPoints, bool PoolsGlobally);
