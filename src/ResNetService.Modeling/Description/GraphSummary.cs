using System.Globalization;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Onnx.Format;
using ResNetService.Modeling.Weights;

namespace ResNetService.Modeling.Description;

/// <summary>What stands in an ONNX file.</summary>
/// <param name="Producer">Program and version that wrote it.</param>
/// <param name="Opset">Version of the standard operators.</param>
/// <param name="Inputs">Name, type and shape of each; likewise <paramref name="Outputs"/>.</param>
/// <param name="Operators">How many nodes there are of each kind, the most frequent first.</param>
/// <param name="Constants">Numbers in all constants: weights, folded biases, and what the preprocessing needs.</param>
/// <param name="Metadata">What the writer noted: architecture, preprocessing, provenance.</param>
internal sealed record GraphSummary(
    string Producer,
    long Opset,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<string> Outputs,
    IReadOnlyList<KeyValuePair<string, int>> Operators,
    long Constants,
    IReadOnlyList<KeyValuePair<string, string>> Metadata)
{
    /// <param name="path">An .onnx file, or a model directory that holds one.</param>
    /// <exception cref="IOException">The file is absent or cannot be read.</exception>
    /// <exception cref="WeightException">It is no ONNX model.</exception>
    public static GraphSummary Read(string path)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, ModelManifest.GraphFileName) : path;
        var model = OnnxFile.Read(file);

        // Every sequence of bytes that protobuf can skip through is a message without fields.
        if (model.Graph is not { Node.Count: > 0 } graph)
            throw new WeightException(file, "is no ONNX model: it has no graph");
        var constants = graph.Initializer.Select(constant => constant.Name).ToHashSet();
        return new(
            $"{model.ProducerName} {model.ProducerVersion}".Trim(),
            model.OpsetImport.FirstOrDefault(opset => opset.Domain is "" or "ai.onnx")?.Version ?? 0,
            [.. graph.Input.Where(input => !constants.Contains(input.Name)).Select(Value)],
            [.. graph.Output.Select(Value)],
            [.. graph.Node.CountBy(node => node.OpType).OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal)],
            graph.Initializer.Sum(constant => constant.Dims.Aggregate(1L, (product, dimension) => product * dimension)),
            [.. model.MetadataProps.Select(entry => KeyValuePair.Create(entry.Key, entry.Value))]);
    }

    private static string Value(ValueInfoProto value)
    {
        var tensor = value.Type?.TensorType;
        var shape = tensor?.Shape?.Dim.Select(d => d.DimParam.Length > 0 ? d.DimParam : d.DimValue > 0 ? d.DimValue.ToString(CultureInfo.InvariantCulture) : "?") ?? [];
        return $"{value.Name} {((TensorProto.Types.DataType)(tensor?.ElemType ?? 0)).ToString().ToLowerInvariant()} [{string.Join(",", shape)}]";
    }
}
