namespace ResNetService.Modeling.Experiments.Unravel;

/// <summary>What the deletions say, in sentences that follow from them.</summary>
internal static class UnravelFindings
{
    /// <summary>A deletion that costs less is said to leave the network nearly whole.</summary>
    private const double Little = 0.05;

    public static IReadOnlyList<string> Of(IReadOnlyList<Unraveling> results, int classes) =>
    [
        .. results.Select(Alone),
        .. Beside(results),
        .. results.Where(r => r.Several.Count > 0).Select(Together),
        $"A network that guesses is wrong in {Figures.Percent(1 - (1.0 / classes))}.",
    ];

    private static string Alone(Unraveling result)
    {
        var costs = result.Costs.ToArray();
        var worst = result.Single.MaxBy(d => d.Error)!;
        return $"{result.Network.Name}: {costs.Count(cost => cost < Little)} of {costs.Length} deletions cost less than {Figures.Points(Little)}, the median one {Signed(Statistics.Median(costs))}; the worst is {worst.Part.Name}{(worst.Part.ChangesShape ? ", where the shape changes," : "")} with an error of {Figures.Percent(worst.Error)}.";
    }

    /// <summary>Each network against the first family's of the same depth.</summary>
    private static IEnumerable<string> Beside(IReadOnlyList<Unraveling> results) =>
        from other in results
        let one = results.FirstOrDefault(r => r.Network.Family == results[0].Network.Family && r.Network.Architecture.Layers == other.Network.Architecture.Layers)
        where one is not null && one.Network.Family != other.Network.Family
        let costs = (One: Statistics.Median(one.Costs), Other: Statistics.Median(other.Costs))
        select $"At {other.Network.Architecture.Layers} layers the median deletion costs {other.Network.Name} {Signed(costs.Other)} and {one.Network.Name} {Signed(costs.One)}: {(costs.Other < costs.One ? $"{other.Network.Name} depends less on any one of its parts" : $"{other.Network.Name} depends no less on any one of its parts")}.";

    private static string Together(Unraveling result)
    {
        var (few, many) = (result.Several[0], result.Several[^1]);
        var change = many.Mean > few.Mean ? "it rises" : "it does not rise";
        return $"{result.Network.Name}: with one part deleted the error is {Figures.Percent(result.Single.Average(d => d.Error))} in the mean, with {few.Parts} at random {Figures.Percent(few.Mean)}, with {many.Parts} {Figures.Percent(many.Mean)}: {change} with their number.";
    }

    private static string Signed(double difference) => $"{(difference < 0 ? "-" : "")}{Figures.Points(difference)}";
}
