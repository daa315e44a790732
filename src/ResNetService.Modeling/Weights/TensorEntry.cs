namespace ResNetService.Modeling.Weights;

/// <summary>A tensor that a weight file holds.</summary>
/// <param name="Name">
/// Its key; in a checkpoint of nested dictionaries the keys from the outside in, with <see cref="LevelSeparator"/> between them:
/// <c>state_dict/conv1.weight</c>.
/// </param>
/// <param name="Shape">Sides, outermost first; empty for a scalar.</param>
/// <param name="Type">As stored.</param>
internal sealed record TensorEntry(string Name, IReadOnlyList<long> Shape, ElementType Type)
{
    /// <summary>No key of a state dict contains it.</summary>
    public const char LevelSeparator = '/';

    /// <summary>Product of the sides; whoever lists a tensor has checked that it exists.</summary>
    public long ElementCount { get; } =
        TensorShape.ElementCount(Shape) ?? throw new ArgumentException($"{TensorShape.Show(Shape)} is no shape", nameof(Shape));
}
