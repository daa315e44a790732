using System.Text;

namespace ResNetService.Modeling.Weights.Import;

/// <summary>Fills a network from a weight file: all of it, or nothing.</summary>
internal static class WeightImport
{
    /// <summary>
    /// Brings the file's keys to the network's by <see cref="StateDictRules"/>, compares every key, shape and kind of element, and
    /// copies when all agree. BatchNorm's <c>num_batches_tracked</c> may be missing, and then stays as it is.
    /// </summary>
    /// <returns>The names of the rules that were applied, in order; none where the keys were the network's already.</returns>
    /// <exception cref="WeightException">
    /// They do not agree: the message lists every tensor that is missing, unexpected or of another shape or kind, and the target is
    /// unchanged. Or the disk failed while elements were read, and the target is half filled.
    /// </exception>
    public static IReadOnlyList<string> Apply(WeightFile file, IWeightTarget target)
    {
        var (source, rules) = StateDictRules.Apply(StateDict.Of(file), target);
        var differences = TensorDifference.Between(source, target);
        if (differences.Count > 0)
            throw new WeightException(file.Path, Describe(differences, rules));

        foreach (var tensor in target.Tensors)
        {
            if (source.Tensors.TryGetValue(tensor.Key, out var entry))
                target.Copy(tensor, file, entry);
        }

        return rules;
    }

    private static string Describe(IReadOnlyList<TensorDifference> differences, IReadOnlyList<string> rules)
    {
        var message = new StringBuilder("does not fit the network: ");
        message.AppendJoin(", ", differences.CountBy(d => d.Problem).Select(count => $"{count.Value} {count.Key}"));
        foreach (var difference in differences)
            message.Append("\n  ").Append(difference);
        if (rules.Count > 0)
            message.Append("\nafter these rules: ").AppendJoin(", ", rules);
        return message.ToString();
    }
}
