namespace ResNetService.Modeling.Description;

internal static class Chunks
{
    /// <summary>Runs of neighbours of which each belongs to the next.</summary>
    public static IEnumerable<IReadOnlyList<T>> ChunkBy<T>(this IEnumerable<T> values, Func<T, T, bool> belongs)
    {
        var run = new List<T>();
        foreach (var value in values)
        {
            if (run.Count > 0 && !belongs(run[^1], value))
            {
                yield return run;
                run = [];
            }

            run.Add(value);
        }

        if (run.Count > 0)
            yield return run;
    }
}
