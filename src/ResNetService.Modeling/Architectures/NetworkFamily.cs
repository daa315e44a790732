using System.Reflection;
using System.Text.RegularExpressions;

namespace ResNetService.Modeling.Architectures;

/// <summary>A family of networks: one file, with a table that has a row for each variant. A class that implements this is registered by being there.</summary>
internal interface INetworkFamily
{
    static abstract IReadOnlyList<Architecture> Variants { get; }
}

internal static partial class NetworkFamily
{
    /// <summary>The variants of every family in the assembly: those for ImageNet, then those for smaller data sets, by name.</summary>
    public static IReadOnlyList<Architecture> VariantsIn(Assembly assembly) =>
    [
        .. assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(INetworkFamily)))
            .SelectMany(Variants)
            .OrderByDescending(architecture => architecture.Classes)
            .ThenBy(architecture => Numbers().Replace(architecture.Name, number => number.Value.PadLeft(8, '0')), StringComparer.Ordinal),
    ];

    private static IReadOnlyList<Architecture> Variants(Type family) =>
        (IReadOnlyList<Architecture>)new Func<IReadOnlyList<Architecture>>(Variants<ResNet>).Method.GetGenericMethodDefinition().MakeGenericMethod(family).Invoke(null, null)!;

    private static IReadOnlyList<Architecture> Variants<TFamily>()
        where TFamily : INetworkFamily => TFamily.Variants;

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers();
}
