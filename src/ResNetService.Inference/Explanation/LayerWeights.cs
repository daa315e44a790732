using System.Numerics.Tensors;
using ResNetService.Inference.Explanation.Onnx;

namespace ResNetService.Inference.Explanation;

/// <summary>Weights of a linear layer as a graph has them.</summary>
/// <param name="RowsAreClasses">[classes, channels]; else [channels, classes].</param>
/// <param name="Scale">What each class's weights, or all, are multiplied by; null where they are no int8.</param>
/// <param name="ZeroPoint">What is 0 among int8 weights; null where that is 0.</param>
internal sealed record LayerWeights(OnnxConstant Values, bool RowsAreClasses, OnnxConstant? Scale = null, OnnxConstant? ZeroPoint = null)
{
    public static bool IsConstant(OnnxGraph graph, string value) =>
        graph.Constant(value) is not null || graph.Producer(value) is { Operation: "DequantizeLinear" or "Cast" or "Transpose" or "Identity" } node && IsConstant(graph, node.Input(0));

    /// <returns>Null where they are no constant of the graph, or computed from one in a way that is not known.</returns>
    public static LayerWeights? Find(OnnxGraph graph, string value, bool rowsAreClasses)
    {
        if (graph.Constant(value) is { } constant)
            return new(constant, rowsAreClasses);
        return graph.Producer(value) switch
        {
            { Operation: "Cast" or "Identity" } same => Find(graph, same.Input(0), rowsAreClasses),
            { Operation: "Transpose" } turned => Find(graph, turned.Input(0), !rowsAreClasses),
            { Operation: "DequantizeLinear" } scaled when graph.Constant(scaled.Input(0)) is { Type: OnnxType.Int8 } int8 && graph.Constant(scaled.Input(1)) is { } scale
                && (scale.Length == 1 || (int)scaled.Attribute("axis", 1) == (rowsAreClasses ? 0 : 1)) =>
                new(int8, rowsAreClasses, scale, scaled.Inputs.Count > 2 ? graph.Constant(scaled.Input(2)) : null),
            _ => null,
        };
    }

    /// <returns>[classes, channels]; null where they have another shape, or another form than numbers in this file.</returns>
    public float[]? Read(string path, int classes, int channels)
    {
        var (rows, columns) = RowsAreClasses ? (classes, channels) : (channels, classes);
        if (!Values.Shape.SequenceEqual([rows, columns]) || Values.Floats(path) is not { } stored)
            return null;
        var weights = RowsAreClasses ? stored : Transposed(stored, rows, columns);
        if (Scale is null)
            return weights;
        if (Scale.Floats(path) is not { } scales || (scales.Length != 1 && scales.Length != classes))
            return null;
        // No runtime computes in int8 with another.
        if (ZeroPoint is not null && ZeroPoint.Floats(path)?.All(zero => zero == 0) != true)
            return null;
        for (var i = 0; i < classes; i++)
        {
            var row = weights.AsSpan(i * channels, channels);
            TensorPrimitives.Multiply(row, scales[scales.Length == 1 ? 0 : i], row);
        }

        return weights;
    }

    private static float[] Transposed(float[] values, int rows, int columns)
    {
        var transposed = new float[values.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                transposed[(column * rows) + row] = values[(row * columns) + column];
        }

        return transposed;
    }
}
