namespace ResNetService.Modeling.Architectures;

/// <summary>
/// The plain networks that the paper compares the residual ones with (figure 3, middle; table 2; section 4.2): the same layers without a
/// way around them.
/// </summary>
internal sealed class PlainNet : INetworkFamily
{
    public static IReadOnlyList<Architecture> Variants { get; } =
    [
        ResNet.Variant("plain18", 18, BlockKind.Basic, [2, 2, 2, 2], ShortcutOption.None, new(27.94, null, "table 2, ten crops")),
        ResNet.Variant("plain34", 34, BlockKind.Basic, [3, 4, 6, 3], ShortcutOption.None, new(28.54, 10.02, "table 3, ten crops")),
        CifarResNet.Variant(3, ShortcutOption.None),
        CifarResNet.Variant(5, ShortcutOption.None),
        CifarResNet.Variant(7, ShortcutOption.None),
        CifarResNet.Variant(9, ShortcutOption.None),
    ];
}
