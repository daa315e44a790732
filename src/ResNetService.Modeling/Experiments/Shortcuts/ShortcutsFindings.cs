namespace ResNetService.Modeling.Experiments.Shortcuts;

/// <summary>What the errors say, in sentences that follow from them.</summary>
internal static class ShortcutsFindings
{
    public static IReadOnlyList<string> Of(IReadOnlyList<NetworkTraining> networks)
    {
        var whole = networks.Where(n => n.Failure is null && n.Epochs.Count > 0).ToArray();
        return
        [
            .. networks.Except(whole).Select(n => $"{n.Name} was not trained to its end: {n.Failure ?? "no epoch is done"}"),
            .. whole.Length > 0 ? [$"By test error, best first: {string.Join(", ", whole.OrderBy(n => n.TestError).Select(n => $"{n.Name} ({Figures.Percent(n.TestError)})"))}."] : Array.Empty<string>(),
            .. whole.Skip(1).Select(n => Beside(whole[0], n)),
            "Each network was trained once, from one seed; differences below a point or so may be chance.",
        ];
    }

    private static string Beside(NetworkTraining first, NetworkTraining other)
    {
        var (error, parameters) = (other.TestError - first.TestError, other.Architecture.Measure().Parameters - first.Architecture.Measure().Parameters);
        var than = error == 0 ? $"the same test error as {first.Name}" : $"a test error {Figures.Points(error)} {(error < 0 ? "lower" : "higher")} than {first.Name}";
        return $"{other.Name} has {than}, with {Math.Abs(parameters):N0} {(parameters < 0 ? "fewer" : "more")} parameters.";
    }
}
