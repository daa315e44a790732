namespace ResNetService.Modeling.Experiments.Degradation;

/// <summary>What the errors say, in sentences that follow from them.</summary>
internal static class DegradationFindings
{
    public static IReadOnlyList<string> Of(IReadOnlyList<NetworkTraining> networks)
    {
        var whole = networks.Where(n => n.Failure is null && n.Epochs.Count > 0).ToArray();
        var families = whole.GroupBy(n => n.Family).Select(f => f.OrderBy(n => n.Architecture.Layers).ToArray()).ToArray();
        return
        [
            .. networks.Except(whole).Select(n => $"{n.Name} was not trained to its end: {n.Failure ?? "no epoch is done"}"),
            .. families.Where(f => f[0].Architecture.Layers < f[^1].Architecture.Layers).Select(f => Deeper(f[0], f[^1])),
            .. CostOfDepth(families),
            .. Beside(families, first: true),
            .. Beside(families, first: false),
            "Each network was trained once, from one seed; differences below a point or so may be chance.",
        ];
    }

    private static string Deeper(NetworkTraining shallow, NetworkTraining deep)
    {
        var (train, test) = (deep.TrainError - shallow.TrainError, deep.TestError - shallow.TestError);
        var verdict = (train > 0, test > 0) switch
        {
            (true, true) => "the deeper network is the worse one in training as well as in testing, which is the degradation",
            (true, false) => "the deeper network has the higher training error, but not the higher test error",
            (false, true) => "the deeper network has the higher test error, but not the higher training error: no degradation as the paper means it",
            _ => "the deeper network is worse in neither: no degradation",
        };
        return $"{deep.Family}, {shallow.Architecture.Layers} to {deep.Architecture.Layers} layers: training error {Change(shallow.TrainError, deep.TrainError)}, test error {Change(shallow.TestError, deep.TestError)}; {verdict}.";
    }

    private static string Change(double from, double to) =>
        $"{Figures.Percent(from)} to {Figures.Percent(to)} ({(to > from ? "up" : to < from ? "down" : "by")} {Figures.Points(to - from)})";

    /// <summary>What the deeper network's test error is above the shallower one's, of each family beside the first.</summary>
    private static IEnumerable<string> CostOfDepth(NetworkTraining[][] families) =>
        from other in families.Skip(1)
        let first = families[0]
        where (first[0].Architecture.Layers, first[^1].Architecture.Layers) == (other[0].Architecture.Layers, other[^1].Architecture.Layers) && first.Length > 1
        let costs = (First: first[^1].TestError - first[0].TestError, Other: other[^1].TestError - other[0].TestError)
        select $"The way from {first[0].Architecture.Layers} to {first[^1].Architecture.Layers} layers {Cost(costs.First)} {first[0].Family} and {Cost(costs.Other)} {other[0].Family}.";

    private static string Cost(double difference) => $"{(difference > 0 ? "costs" : "saves")} {Figures.Points(difference)} of test error with";

    /// <summary>Each family against the first at the same depth.</summary>
    private static IEnumerable<string> Beside(NetworkTraining[][] families, bool first)
    {
        if (families.Length == 0)
            yield break;
        foreach (var other in families.Skip(1))
        {
            var pairs = families[0].Join(other, n => n.Architecture.Layers, n => n.Architecture.Layers, (one, two) => (one, two)).ToArray();
            if (pairs.Length == 0 || (!first && pairs.Length == 1))
                continue;
            var (a, b) = first ? pairs[0] : pairs[^1];
            var difference = b.TestError - a.TestError;
            yield return $"At {a.Architecture.Layers} layers {b.Name} has {(difference == 0 ? "the same test error as" : $"a test error {Figures.Points(difference)} {(difference < 0 ? "lower" : "higher")} than")} {a.Name}.";
        }
    }
}
