namespace ResNetService.Modeling.Quantization;

/// <summary>What was done to a network and what that did to it, as docs/quantization.md describes it.</summary>
/// <param name="Model">The directory of the float32 model, as it was given.</param>
/// <param name="Calibration">The folder of calibration images, as it was given.</param>
/// <param name="CalibrationImages">How many of them were used.</param>
/// <param name="Float32Bytes">Size of the float32 graph's file.</param>
/// <param name="Test">Where the images come from that it is judged by, as it was given; null for calibration images that were set aside.</param>
/// <param name="MaxDrop">Points that may be lost; see <see cref="ModelComparison.Drop"/>.</param>
/// <param name="Written">Whether the model lost no more than that.</param>
internal sealed record QuantizationReport(
    int SchemaVersion,
    string Model,
    string Calibration,
    int CalibrationImages,
    long Float32Bytes,
    long Int8Bytes,
    string? Test,
    ModelComparison Comparison,
    double MaxDrop,
    bool Written,
    IReadOnlyList<LayerReport> Layers,
    IReadOnlyList<TensorReport> Tensors)
{
    public const string FileName = "quantization.json";
    public const int CurrentSchemaVersion = 1;

    public static IReadOnlyList<LayerReport> LayersOf(FloatGraph graph, QuantizedNetwork network)
    {
        var fused = graph.Nodes.Select(graph.FusedRelu).OfType<Onnx.Format.NodeProto>().ToHashSet(ReferenceEqualityComparer.Instance);
        return
        [
            .. from node in graph.Nodes
               // A copy, as the output of features is, computes nothing.
               where !fused.Contains(node) && !graph.HandsOnPixels(node) && node.OpType != "Identity"
               let isInt8 = network.Placement.IsInt8(node)
               select new LayerReport(
                   node.Name,
                   node.OpType,
                   isInt8 ? "int8" : "fp32",
                   isInt8 ? null : network.Kept.GetValueOrDefault(node.Name) ?? FloatGraph.WhyFloat(node),
                   network.SignalToNoise.GetValueOrDefault(graph.UnitOutput(node)),
                   network.Isolated.GetValueOrDefault(node.Name)?.SignalToNoise),
        ];
    }

    public static IReadOnlyList<TensorReport> TensorsOf(QuantizedNetwork network) =>
    [
        .. from tensor in network.Ranges
           let parameters = tensor.Value.Range.Parameters
           select new TensorReport(tensor.Key, tensor.Value.Method, tensor.Value.Range.Low, tensor.Value.Range.High, parameters.Scale, parameters.ZeroPoint),
    ];
}

/// <param name="Precision"><c>int8</c> or <c>fp32</c>.</param>
/// <param name="Reason">Why it is in float32; null where it is not.</param>
/// <param name="SignalToNoise">Of its output, with all that has gathered before it, in decibels; null in float32, or where nothing differs.</param>
/// <param name="IsolatedSignalToNoise">The same if it alone were quantized; null for operators without weights.</param>
internal sealed record LayerReport(string Name, string Operator, string Precision, string? Reason, double? SignalToNoise, double? IsolatedSignalToNoise);

/// <param name="Method">How the range was chosen: a name of <see cref="RangeMethod.All"/>, or <c>pixels</c>.</param>
/// <param name="Low">Smallest value that is not clipped.</param>
/// <param name="Scale">value = scale * (quantized - zeroPoint).</param>
internal sealed record TensorReport(string Name, string Method, double Low, double High, float Scale, byte ZeroPoint);
