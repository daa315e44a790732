namespace ResNetService.Inference.Classification;

/// <summary>The largest of many values.</summary>
public static class TopK
{
    /// <summary>Beyond it, sorting all values is the faster way.</summary>
    private const int MostOfAFew = 100;

    /// <returns>The index of the largest value; of equal ones the lowest.</returns>
    public static int Best(ReadOnlySpan<float> values)
    {
        Span<int> best = [0];
        Select(values, best);
        return best[0];
    }

    /// <summary>Of a few, keeps the best so far in order: each further value costs one comparison unless it is among them.</summary>
    /// <param name="values">No NaN.</param>
    /// <param name="indices">Receives the indices of its length's many largest values, largest first; of equal ones the lower index first.</param>
    public static void Select(ReadOnlySpan<float> values, Span<int> indices)
    {
        if (indices.Length > MostOfAFew)
        {
            SelectMany(values, indices);
            return;
        }

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

    private static void SelectMany(ReadOnlySpan<float> values, Span<int> indices)
    {
        var (keys, order) = (new (float Value, int Index)[values.Length], new int[values.Length]);
        for (var i = 0; i < keys.Length; i++)
            (keys[i], order[i]) = ((-values[i], i), i);
        Array.Sort(keys, order);
        order.AsSpan(0, indices.Length).CopyTo(indices);
    }
}
