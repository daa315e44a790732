namespace ResNetService.Modeling.Weights;

/// <summary>Rules that every file's shapes obey, and how shapes are shown.</summary>
internal static class TensorShape
{
    /// <summary>Convolutions have 4 dimensions; nothing that a network here can take has more than 8.</summary>
    public const int MaxRank = 8;

    /// <summary>The number of elements, or null where the shape is none: a negative side, more than <see cref="MaxRank"/> sides, 2^63 elements or more.</summary>
    public static long? ElementCount(IReadOnlyList<long> shape)
    {
        if (shape.Count > MaxRank || shape.Any(side => side < 0))
            return null;
        if (shape.Contains(0))
            return 0;

        var count = 1L;
        foreach (var side in shape)
        {
            if (count > long.MaxValue / side)
                return null;
            count *= side;
        }

        return count;
    }

    public static string Show(IReadOnlyList<long> shape) => $"[{string.Join(",", shape)}]";
}
