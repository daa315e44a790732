namespace ResNetService.Modeling.Weights.Import;

/// <summary>One tensor in which a file and a network differ.</summary>
/// <param name="Problem"><c>missing</c>, <c>unexpected</c>, <c>of another shape</c> or <c>of another kind</c>.</param>
/// <param name="Detail">Shapes or kinds, those that there are.</param>
internal sealed record TensorDifference(string Problem, string Key, string Detail)
{
    /// <summary>Every difference: the network's tensors in its order, then the file's that are left.</summary>
    public static IReadOnlyList<TensorDifference> Between(StateDict source, IWeightTarget target)
    {
        var differences = new List<TensorDifference>();
        foreach (var tensor in target.Tensors)
        {
            if (source.Tensors.TryGetValue(tensor.Key, out var found))
                differences.AddRange(Compare(tensor, found));
            else if (!tensor.IsOptional)
                differences.Add(new("missing", tensor.Key, $"expected {TensorShape.Show(tensor.Shape)}"));
        }

        var expected = target.Tensors.Select(tensor => tensor.Key).ToHashSet();
        differences.AddRange(source.Tensors
            .Where(found => !expected.Contains(found.Key))
            .Select(found => new TensorDifference("unexpected", found.Key, $"found {TensorShape.Show(found.Value.Shape)}")));
        return differences;
    }

    public override string ToString() => $"{Problem}: {Shown.Text(Key)} {Detail}";

    private static IEnumerable<TensorDifference> Compare(TargetTensor expected, TensorEntry found)
    {
        if (!expected.Shape.SequenceEqual(found.Shape))
            yield return new("of another shape", expected.Key, $"expected {TensorShape.Show(expected.Shape)}, found {TensorShape.Show(found.Shape)}");
        if (expected.IsInteger == found.Type.IsFloatingPoint())
            yield return new("of another kind", expected.Key, $"expected {(expected.IsInteger ? "integers" : "floating-point numbers")}, found {found.Type}");
    }
}
