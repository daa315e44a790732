namespace ResNetService.Inference.Models;

/// <summary>Which models must go for another one. Pure.</summary>
internal static class MemoryBudget
{
    /// <summary>
    /// What a loaded model takes, from the length of its files: the weights as they were read, and as the two sessions of a model on the CPU have
    /// laid them out (<c>docs/decisions/0009-cores.md</c>). Pixels and activations of a batch come to less.
    /// </summary>
    public static long Estimate(long fileBytes) => 3 * fileBytes;

    /// <param name="loaded">Those that may go.</param>
    /// <param name="excess">Bytes that are too many.</param>
    /// <returns>Those that were asked for longest ago, as many as are needed; null where all of them would not do.</returns>
    public static IReadOnlyList<ModelEntry>? ToEvict(IEnumerable<ModelEntry> loaded, long excess)
    {
        var evicted = new List<ModelEntry>();
        foreach (var entry in loaded.OrderBy(entry => entry.Instance!.LastUse))
        {
            if (excess <= 0)
                break;
            evicted.Add(entry);
            excess -= entry.Instance!.Bytes;
        }

        return excess <= 0 ? evicted : null;
    }
}
