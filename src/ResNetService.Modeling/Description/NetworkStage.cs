using ResNetService.Modeling.Architectures;

namespace ResNetService.Modeling.Description;

/// <summary>A row of a network's table: layers one after another that make features of one size.</summary>
/// <param name="Name">State-dict key of what the row's layers have in common; empty for pooling.</param>
/// <param name="Output">What the last of them makes.</param>
/// <param name="Layers">As table 1 of the paper writes them.</param>
/// <param name="Parameters">Of normalisations, activations and shortcuts too, which are not written.</param>
/// <param name="MultiplyAdds">For one image.</param>
internal sealed record NetworkStage(string Name, FeatureShape Output, string Layers, long Parameters, long MultiplyAdds)
{
    /// <summary>The network's stages in the order of the forward pass; their parameters and multiply-adds add up to the network's.</summary>
    /// <exception cref="InvalidOperationException">The image is too small for the network.</exception>
    public static IReadOnlyList<NetworkStage> Of(Architecture architecture, FeatureShape image)
    {
        using var network = architecture.Outline();
        var costs = ((CostSignal)network.Forward(new CostSignal(image))).Costs;
        var units = new NetworkUnits(network, costs);
        return [.. units.All.ChunkBy((one, next) => one.Stage.Length > 0 && one.Stage == next.Stage && one.Output.IsOfSize(next.Output)).Select(Row)];

        NetworkStage Row(IReadOnlyList<NetworkUnit> row) => new(
            units.All.Count(unit => unit.Stage == row[0].Stage) == row.Count ? row[0].Stage : row[0].Name,
            row[^1].Output,
            string.Join(", ", row.ChunkBy((one, next) => one.Layers == next.Layers).Select(Repeated)) + (row[0].Stride > 1 ? $", stride {row[0].Stride}" : ""),
            row.Sum(unit => unit.Parameters),
            row.Sum(unit => unit.MultiplyAdds));
    }

    private static string Repeated(IReadOnlyList<NetworkUnit> units) =>
        units.Count == 1 ? units[0].Layers : $"[{units[0].Layers}] x {units.Count}";
}
