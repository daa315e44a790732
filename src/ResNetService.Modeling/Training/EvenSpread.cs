namespace ResNetService.Modeling.Training;

internal static class EvenSpread
{
    /// <summary>Indices that lie evenly in a list, in ascending order: where it is sorted by class, of each class its share.</summary>
    /// <param name="most">How many, at most.</param>
    /// <param name="count">Length of the list.</param>
    public static IEnumerable<int> Indices(int most, int count)
    {
        var taken = Math.Min(most, count);
        return Enumerable.Range(0, taken).Select(i => (int)((long)i * count / taken));
    }
}
