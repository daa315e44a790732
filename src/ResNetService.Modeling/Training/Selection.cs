namespace ResNetService.Modeling.Training;

/// <summary>Which epoch's weights are kept, where validation images decide.</summary>
internal static class Selection
{
    /// <summary>Index of the epoch with the highest top-1 accuracy; among those, with the lowest loss; among those, of the first.</summary>
    /// <param name="history">One epoch or more.</param>
    public static int Best(IReadOnlyList<EpochResult> history)
    {
        var best = 0;
        for (var i = 1; i < history.Count; i++)
        {
            if (history[i].TestTop1 > history[best].TestTop1 || (history[i].TestTop1 == history[best].TestTop1 && history[i].TestLoss < history[best].TestLoss))
                best = i;
        }

        return best;
    }

    /// <summary>Whether so many epochs have brought nothing better.</summary>
    public static bool IsExhausted(IReadOnlyList<EpochResult> history, int patience) => history.Count > 0 && history.Count - 1 - Best(history) >= patience;
}
