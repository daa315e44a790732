using System.Runtime.InteropServices;
using Google.Protobuf;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Quantization;

namespace ResNetService.Modeling.Tests.Quantization;

/// <summary>
/// A model that computes what another computes, but whose channels inside the blocks differ in size by powers of ten: what one scale for all of
/// them cannot represent.
/// </summary>
internal static class UnevenChannels
{
    private const int Powers = 5;

    public static void Write(string model, string destination)
    {
        Directory.CreateDirectory(destination);
        var proto = OnnxFile.Read(Path.Combine(model, ModelManifest.GraphFileName));
        var graph = new FloatGraph(proto);
        foreach (var first in graph.Nodes.Where(node => node.OpType == "Conv"))
        {
            if (graph.FusedRelu(first) is not { } relu || graph.Consumers(relu.Output[0]).ToArray() is not [{ OpType: "Conv" } second])
                continue;
            Scale(first.Input[1], index => index / (graph.Constant(first.Input[1]).Dims[1] * KernelSize(first.Input[1])), 1);
            Scale(first.Input[2], index => index, 1);
            Scale(second.Input[1], index => index / KernelSize(second.Input[1]) % graph.Constant(second.Input[1]).Dims[1], -1);
        }

        OnnxFile.Write(proto, Path.Combine(destination, ModelManifest.GraphFileName));
        File.Copy(Path.Combine(model, ModelManifest.FileName), Path.Combine(destination, ModelManifest.FileName));

        long KernelSize(string weight) => graph.Constant(weight).Dims.Skip(2).Aggregate(1L, (product, size) => product * size);

        void Scale(string constant, Func<int, long> channelOf, int sign)
        {
            var values = graph.Floats(constant);
            for (var i = 0; i < values.Length; i++)
                values[i] *= MathF.Pow(10, sign * (channelOf(i) % Powers));
            graph.Constant(constant).RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()));
        }
    }
}
