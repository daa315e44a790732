using System.Text.RegularExpressions;
using System.Reflection;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;

namespace ResNetService.Modeling.Tests.Architectures;

/// <summary>Every network of the product, and those that the documentation shows how to add: what holds for the one must hold for the others.</summary>
internal static partial class Registry
{
    public static IReadOnlyList<Architecture> All { get; } = [.. Architecture.All, .. NetworkFamily.VariantsIn(Assembly.GetExecutingAssembly())];

    public static TheoryData<string> Names => [.. All.Select(architecture => architecture.Name)];

    /// <summary>The least deep of the networks that are called alike but for the number of layers.</summary>
    public static TheoryData<string> OneOfEachKind =>
        [.. All.GroupBy(architecture => Variation().Replace(architecture.Name, "#")).Select(kind => kind.MinBy(architecture => architecture.Layers)!.Name)];

    public static Architecture Find(string name) => All.Single(architecture => architecture.Name == name);

    /// <summary>Preprocessing for images that are as small as the network takes them, so that all can be tried in a short time.</summary>
    public static PreprocessingSpec Small(Architecture architecture) => architecture.Preprocessing.InputSize <= 32
        ? architecture.Preprocessing
        : architecture.Preprocessing with { InputSize = SmallSide(architecture), Resize = SmallSide(architecture) };

    private static int SmallSide(Architecture architecture)
    {
        const int Usual = 64, ForSpatialPyramids = 112;
        try
        {
            using var network = architecture.Outline();
            network.Forward(new CostSignal(new(3, Usual, Usual)));
            return Usual;
        }
        catch (InvalidOperationException)
        {
            return ForSpatialPyramids;
        }
    }

    [GeneratedRegex("[0-9]+|-bn$")]
    private static partial Regex Variation();
}

/// <summary>A variant that is one row more of a family's table.</summary>
internal sealed class ResNet26 : INetworkFamily
{
    public static IReadOnlyList<Architecture> Variants { get; } =
    [
        ResNet.Variant("resnet26", 26, BlockKind.Bottleneck, [2, 2, 2, 2], ShortcutOption.B),
    ];
}
