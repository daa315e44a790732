namespace ResNetService.Modeling.Experiments.Responses;

/// <summary>What the responses say, in sentences that follow from them.</summary>
internal static class ResponsesFindings
{
    public static IReadOnlyList<string> Of(IReadOnlyList<NetworkResponses> responses) => [.. Beside(responses), .. Deeper(responses)];

    /// <summary>Each network against the first family's of the same depth.</summary>
    private static IEnumerable<string> Beside(IReadOnlyList<NetworkResponses> responses) =>
        from other in responses
        let one = responses.FirstOrDefault(r => r.Network.Family == responses[0].Network.Family && r.Network.Architecture.Layers == other.Network.Architecture.Layers)
        where one is not null && one.Network.Family != other.Network.Family
        let weaker = one.Deviations.Zip(other.Deviations).Count(pair => pair.Second < pair.First)
        let count = Math.Min(one.Layers.Count, other.Layers.Count)
        select $"At {other.Network.Architecture.Layers} layers the responses of {other.Network.Name} are {(other.Median < one.Median ? "weaker" : "no weaker")} than those of {one.Network.Name}: {Figures.Short(other.Median)} to {Figures.Short(one.Median)} in the median; {weaker} of {count} layers answer more weakly than the same layer there.";

    /// <summary>The paper: the deeper residual network, the less each layer changes.</summary>
    private static IEnumerable<string> Deeper(IReadOnlyList<NetworkResponses> responses) =>
        from response in responses
        group response by response.Network.Family into family
        let shallow = family.MinBy(r => r.Network.Architecture.Layers)
        let deep = family.MaxBy(r => r.Network.Architecture.Layers)
        where shallow.Network.Architecture.Layers < deep.Network.Architecture.Layers
        select $"{family.Key}: from {shallow.Network.Architecture.Layers} to {deep.Network.Architecture.Layers} layers the median goes from {Figures.Short(shallow.Median)} to {Figures.Short(deep.Median)}: a layer of the deeper network answers {(deep.Median < shallow.Median ? "more weakly" : "no more weakly")}.";
}
