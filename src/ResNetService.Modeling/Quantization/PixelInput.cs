using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Onnx.Format;

namespace ResNetService.Modeling.Quantization;

/// <summary>
/// Lets the first convolution read pixels as they are: they are uint8 already, and to normalise them in float32 and quantize the result costs time and
/// half a step of precision. Scale and deviation go into its weights. The mean cannot go into its bias, since the border that the convolution pads with is 0
/// after normalisation and not before; so a fourth channel, 255 in the image and 0 in the border, carries it.
/// </summary>
internal static class PixelInput
{
    /// <summary>As large as a pixel, so that its weights are of the size of the others' and share their scale well.</summary>
    private const byte Inside = byte.MaxValue;

    private const int Channels = 3;

    /// <returns>A graph that computes the same, or the graph itself where it does not begin as <see cref="OnnxGraph"/> writes it.</returns>
    public static ModelProto Fold(ModelProto model)
    {
        var graph = new FloatGraph(model);
        var cast = graph.Nodes.FirstOrDefault(node => node.OpType == "Cast");
        if (cast is null || graph.Producer(cast.Input[0]) is not { OpType: "Transpose" } transpose || !graph.Inputs.Contains(transpose.Input[0])
            || Next(graph, cast, "Mul") is not { } scaled || Next(graph, scaled, "Add") is not { } normalized || Next(graph, normalized, "Conv") is not { } conv
            || graph.Form(conv) != Int8Form.Arithmetic || PerChannel(graph, scaled) is not { } factor || PerChannel(graph, normalized) is not { } offset
            || graph.Constant(conv.Input[1]).Dims[1] != Channels)
        {
            return model;
        }

        var folded = graph.Model.Clone();
        var builder = new GraphBuilder(folded.Graph);
        var nodes = folded.Graph.Node;
        var (first, second) = (nodes.Single(node => node.Name == cast.Name), nodes.Single(node => node.Name == conv.Name));
        var pad = new NodeProto
        {
            OpType = "Pad",
            Name = "input.inside",
            Output = { "input.inside" },
            Input = { cast.Input[0], builder.Constant("input.inside.pads", [0L, 0, 0, 0, 0, 1, 0, 0]), builder.Constant("input.inside.value", [Inside]) },
        };
        nodes.Insert(nodes.IndexOf(first), pad);
        first.Input[0] = pad.Output[0];
        second.Input[0] = first.Output[0];
        second.Input[1] = builder.Constant(conv.Name + ".weight.pixels", Weights(graph.Floats(conv.Input[1]), Kernel(graph, conv), factor, offset), [.. Shape(graph, conv)]);
        nodes.Remove(nodes.Single(node => node.Name == scaled.Name));
        nodes.Remove(nodes.Single(node => node.Name == normalized.Name));
        UnusedParts.Remove(folded.Graph);
        return folded;
    }

    private static NodeProto? Next(FloatGraph graph, NodeProto node, string operation) =>
        graph.Consumers(node.Output[0]).ToArray() is [var next] && next.OpType == operation && next.Input[0] == node.Output[0] ? next : null;

    private static float[]? PerChannel(FloatGraph graph, NodeProto node) =>
        graph.IsConstant(node.Input[1]) && graph.Constant(node.Input[1]).Dims.SequenceEqual([1L, Channels, 1, 1]) ? graph.Floats(node.Input[1]) : null;

    private static int Kernel(FloatGraph graph, NodeProto conv) => (int)graph.Constant(conv.Input[1]).Dims.Skip(2).Aggregate(1L, (product, side) => product * side);

    private static IEnumerable<long> Shape(FloatGraph graph, NodeProto conv) => graph.Constant(conv.Input[1]).Dims.Select((side, axis) => axis == 1 ? side + 1 : side);

    /// <summary>[outputs, 3, kernel] to [outputs, 4, kernel].</summary>
    private static float[] Weights(float[] weights, int kernel, float[] factor, float[] offset)
    {
        var folded = new float[weights.Length / Channels * (Channels + 1)];
        for (var (i, to) = (0, 0); i < weights.Length; i += Channels * kernel, to += (Channels + 1) * kernel)
        {
            for (var k = 0; k < kernel; k++)
            {
                var mean = 0.0;
                for (var channel = 0; channel < Channels; channel++)
                {
                    var weight = (double)weights[i + (channel * kernel) + k];
                    folded[to + (channel * kernel) + k] = (float)(weight * factor[channel]);
                    mean += weight * offset[channel];
                }

                folded[to + (Channels * kernel) + k] = (float)(mean / Inside);
            }
        }

        return folded;
    }
}
