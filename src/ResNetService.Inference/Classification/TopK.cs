namespace ResNetService.Inference.Classification;

/// <summary>The largest few of many values, without sorting them all.</summary>
internal static class TopK
{
    /// <summary>Keeps the best so far in order; each further value costs one comparison unless it is among them.</summary>
    /// <param name="values">No NaN.</param>
    /// <param name="indices">Receives the indices of its length's many largest values, largest first; of equal ones the lower index first.</param>
    public static void Select(ReadOnlySpan<float> values, Span<int> indices)
    {
        var found = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (found == indices.Length && !(values[i] > values[indices[found - 1]]))
                continue;
            var place = found < indices.Length ? found++ : found - 1;
            while (place > 0 && values[i] > values[indices[place - 1]])
            {
                indices[place] = indices[place - 1];
                place--;
            }

            indices[place] = i;
        }
    }
}
