using ResNetService.Modeling.Architectures;

namespace ResNetService.Modeling.Experiments.Signals;

/// <summary>What the scales say, counted.</summary>
internal static class SignalFindings
{
    public static IReadOnlyList<string> FlowHeader { get; } =
        ["depth", "way", "BatchNorm", "networks", "vanishing at first", "exploding at first", "vanishing after training", "exploding after training", "diverged", "lowered the loss by a tenth"];

    public static IReadOnlyList<string> Of(IReadOnlyList<ProbeResult> results)
    {
        var depths = results.Select(r => r.Design.Depth).Distinct().Order().ToArray();
        return
        [
            .. from depth in depths from batchNorm in ProbeDesign.BatchNorms select Counted(results, depth, batchNorm),
            .. depths.Length > 1 ? Deeper(results, depths[0], depths[^1]) : [],
            .. depths.Select(depth => AsInThePaper(results, depth)),
            .. FirstWeights(results, depths[^1]),
            .. from nonlinearity in Enum.GetValues<Nonlinearity>() select Flat(results, nonlinearity),
        ];
    }

    public static IEnumerable<IReadOnlyList<string>> FlowRows(IReadOnlyList<ProbeResult> results) =>
        from result in results
        group result by (result.Design.Depth, result.Design.BatchNorm, result.Design.Way) into same
        orderby same.Key
        let trained = same.Where(r => !r.Diverged).ToArray()
        select new[]
        {
            $"{same.Key.Depth}",
            same.Key.Way.ToString().ToLowerInvariant(),
            same.Key.BatchNorm ? "yes" : "no",
            $"{same.Count()}",
            $"{same.Count(r => GradientFlow.Of(r.AtFirst) == Flow.Vanishing)}",
            $"{same.Count(r => GradientFlow.Of(r.AtFirst) == Flow.Exploding)}",
            $"{trained.Count(r => GradientFlow.Of(r.Trained) == Flow.Vanishing)}",
            $"{trained.Count(r => GradientFlow.Of(r.Trained) == Flow.Exploding)}",
            $"{same.Count(r => r.Diverged)}",
            $"{trained.Count(r => r.LastLoss <= 0.9 * r.FirstLoss)}",
        };

    private static string Counted(IReadOnlyList<ProbeResult> results, int depth, bool batchNorm)
    {
        var ways = Enum.GetValues<Way>().Select(way =>
        {
            var flows = results.Where(r => r.Design.Depth == depth && r.Design.BatchNorm == batchNorm && r.Design.Way == way).Select(r => GradientFlow.Of(r.AtFirst)).ToArray();
            return $"{flows.Count(f => f == Flow.Vanishing)} of {flows.Length} {way.ToString().ToLowerInvariant()} networks vanish and {flows.Count(f => f == Flow.Exploding)} explode";
        });
        return $"{depth} layers {(batchNorm ? "with" : "without")} BatchNorm, gradients at first: {string.Join(", ", ways)}.";
    }

    private static IEnumerable<string> Deeper(IReadOnlyList<ProbeResult> results, int shallow, int deep) =>
        from way in Enum.GetValues<Way>()
        let change = (From: Spread(results, shallow, way), To: Spread(results, deep, way))
        select $"From {shallow} to {deep} layers without BatchNorm the gradients of the first layer and the last differ by a factor of {Figures.Short(change.From)} and of {Figures.Short(change.To)} (medians of the {way.ToString().ToLowerInvariant()} networks): depth {(change.To > change.From ? "drives them apart" : "does not drive them apart")}.";

    /// <summary>Of the combination that the paper's networks have.</summary>
    private static string AsInThePaper(IReadOnlyList<ProbeResult> results, int depth)
    {
        var ratios = Enum.GetValues<Way>()
            .Select(way => (Way: way, Ratio: GradientFlow.Ratio(results.Single(r => r.Design == new ProbeDesign(depth, Nonlinearity.ReLU, InitializationKind.He, BatchNorm: true, way)).AtFirst)));
        return $"ReLU, He's weights and BatchNorm, as in the paper, {depth} layers: the gradient of the first layer is {string.Join(", ", ratios.Select(r => $"{Figures.Short(r.Ratio)} ({r.Way.ToString().ToLowerInvariant()})"))} times that of the last.";
    }

    private static IEnumerable<string> FirstWeights(IReadOnlyList<ProbeResult> results, int depth) =>
        from batchNorm in ProbeDesign.BatchNorms
        let ratios = Enum.GetValues<InitializationKind>().Select(kind => (Kind: kind, Ratio: Activations(results, depth, batchNorm, kind))).ToArray()
        let best = ratios.MinBy(r => Math.Abs(Math.Log(r.Ratio)))
        select $"Plain, ReLU, {depth} layers {(batchNorm ? "with" : "without")} BatchNorm: behind the last layer activations are {string.Join(" and ", ratios.Select(r => $"{Figures.Short(r.Ratio)} ({r.Kind})"))} times as large as behind the first; {best.Kind} is nearer to keeping their scale.";

    private static string Flat(IReadOnlyList<ProbeResult> results, Nonlinearity nonlinearity)
    {
        var networks = results.Where(r => r.Design.Nonlinearity == nonlinearity).ToArray();
        var (first, trained) = (networks.MaxBy(r => r.AtFirst.Max(l => l.Flat))!, networks.Where(r => !r.Diverged).MaxBy(r => r.Trained.Max(l => l.Flat)));
        var after = trained is null ? "no network came through training" : $"after training at most {Figures.Percent(trained.Trained.Max(l => l.Flat))} ({trained.Design})";
        return $"{nonlinearity}: of a layer's nonlinearities at most {Figures.Percent(first.AtFirst.Max(l => l.Flat))} are flat at first ({first.Design}), {after}.";
    }

    /// <summary>Of the activations with the first weights, last layer over first.</summary>
    private static double Activations(IReadOnlyList<ProbeResult> results, int depth, bool batchNorm, InitializationKind kind)
    {
        var layers = results.Single(r => r.Design == new ProbeDesign(depth, Nonlinearity.ReLU, kind, batchNorm, Way.Plain)).AtFirst;
        return layers[^1].Activation / layers[0].Activation;
    }

    /// <summary>The median factor between the first gradient and the last, whichever is larger, without BatchNorm and with the first weights.</summary>
    private static double Spread(IReadOnlyList<ProbeResult> results, int depth, Way way) => Statistics.Median(
        from result in results
        where result.Design.Depth == depth && result.Design.Way == way && !result.Design.BatchNorm
        select Math.Exp(Math.Abs(Math.Log(GradientFlow.Ratio(result.AtFirst)))));
}
