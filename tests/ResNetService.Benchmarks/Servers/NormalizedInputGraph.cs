using ResNetService.ModelFormat;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Onnx.Format;

namespace ResNetService.Benchmarks.Servers;

/// <summary>
/// A graph of ours without its first four nodes, those that turn pixels into normalised values: what the Node peer feeds. All other nodes,
/// and so the arithmetic, are the same.
/// </summary>
internal static class NormalizedInputGraph
{
    private static readonly string[] Normalization = ["Transpose", "Cast", "Mul", "Add"];

    /// <summary>Writes it, or copies a graph that takes normalised values as it is.</summary>
    /// <exception cref="BenchmarkException">The graph does not begin as ours do.</exception>
    public static void Write(BenchmarkModel model, string path)
    {
        var proto = OnnxFile.Read(model.Graph);
        if (model.Manifest.Graph is { InputType: InputType.Float32, Layout: TensorLayout.Nhwc })
            throw new BenchmarkException($"{model.Graph} takes values channels last");
        if (model.Manifest.Graph.InputType == InputType.UInt8)
            RemoveNormalization(proto.Graph, model);
        OnnxFile.Write(proto, path);
    }

    private static void RemoveNormalization(GraphProto graph, BenchmarkModel model)
    {
        var value = model.Manifest.Graph.Input;
        foreach (var operation in Normalization)
        {
            var readers = graph.Node.Where(node => node.Input.Contains(value)).ToArray();
            if (readers is not [{ Output.Count: 1 } reader] || reader.OpType != operation)
                throw new BenchmarkException($"{model.Graph} does not begin with {string.Join(", ", Normalization)}: where {operation} was expected are {string.Join(", ", readers.Select(node => node.OpType))}");
            graph.Node.Remove(reader);
            value = reader.Output[0];
        }

        UnusedParts.Remove(graph);
        var side = model.Manifest.Preprocessing.InputSize;
        graph.Input.Clear();
        graph.Input.Add(Input(value, [graph.Output[0].Type.TensorType.Shape.Dim[0], Fixed(3), Fixed(side), Fixed(side)]));
    }

    private static TensorShapeProto.Types.Dimension Fixed(int length) => new() { DimValue = length };

    private static ValueInfoProto Input(string name, IEnumerable<TensorShapeProto.Types.Dimension> shape) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor { ElemType = TensorProto.Types.DataType.Float, Shape = new TensorShapeProto { Dim = { shape.Select(dimension => dimension.Clone()) } } },
        },
    };
}
