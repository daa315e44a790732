using System.Globalization;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Onnx.Format;

namespace ResNetService.Modeling.Onnx;

/// <summary>A network as an ONNX model.</summary>
internal static class OnnxGraph
{
    private const string BatchDimension = "N";

    /// <summary>
    /// The inference graph of the network: input and output as <see cref="ModelManifest.Graph"/> says, any batch size. A uint8 input is
    /// normalised in the graph, so that whoever feeds it cannot normalise wrongly. In fp16, weights and arithmetic behind the normalised input are
    /// float16, and the outputs float32 again.
    /// </summary>
    /// <exception cref="ExportException">The manifest names features, and the network has none.</exception>
    public static ModelProto Build(Network network, ModelManifest manifest)
    {
        var keys = network.named_modules().ToDictionary(m => m.module, m => m.name);
        var builder = new GraphBuilder(manifest.Architecture);
        var input = WriteInput(builder, manifest);
        if (manifest.Precision == Precision.Fp16)
        {
            // Only now: pixels are normalised in float32, whose rounding no network was trained with.
            input = builder.Add("Cast", "input.half", [input], GraphBuilder.Attribute("to", (long)TensorProto.Types.DataType.Float16));
            builder.HalfPrecision = true;
        }

        var image = new OnnxSignal(builder, input, new(3, manifest.Preprocessing.InputSize, manifest.Preprocessing.InputSize), keys);
        var logits = (OnnxSignal)network.Forward(image);
        var output = manifest.Precision == Precision.Fp16 ? Single(builder, "logits.single", logits.Value) : logits.Value;
        builder.Output(output, manifest.Graph.Logits, TensorProto.Types.DataType.Float, BatchDimension, manifest.Labels.Count);
        if (manifest.Graph.Features is { } features)
            WriteFeatures(builder, manifest, features);

        var model = new ModelProto
        {
            IrVersion = 8,
            ProducerName = "ResNetService",
            ProducerVersion = typeof(OnnxGraph).Assembly.GetName().Version!.ToString(3),
            Graph = builder.Graph,
            OpsetImport = { new OperatorSetIdProto { Version = 17 } },
        };
        foreach (var (key, value) in Metadata(manifest))
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return model;
    }

    /// <summary>A second output beside what it is a copy of, which runtimes read on as if it were not there.</summary>
    private static void WriteFeatures(GraphBuilder builder, ModelManifest manifest, string name)
    {
        if (builder.Pooled is not var (pooled, shape))
            throw new ExportException($"{manifest.Architecture} does not end in global average pooling, so it has no features to export; nothing was written");
        var features = manifest.Precision == Precision.Fp16 ? Single(builder, "features.single", pooled) : builder.Add("Identity", "features", [pooled]);
        builder.Output(features, name, TensorProto.Types.DataType.Float, BatchDimension, shape.Channels, shape.Height, shape.Width);
    }

    private static string Single(GraphBuilder builder, string node, string half) =>
        builder.Add("Cast", node, [half], GraphBuilder.Attribute("to", (long)TensorProto.Types.DataType.Float));

    private static string WriteInput(GraphBuilder builder, ModelManifest manifest)
    {
        var (graph, spec) = (manifest.Graph, manifest.Preprocessing);
        if (graph.InputType == InputType.Float32)
        {
            builder.Input(graph.Input, TensorProto.Types.DataType.Float, BatchDimension, 3, spec.InputSize, spec.InputSize);
            return graph.Input;
        }

        builder.Input(graph.Input, TensorProto.Types.DataType.Uint8, BatchDimension, spec.InputSize, spec.InputSize, 3);
        var channelsFirst = builder.Add("Transpose", "input.channels_first", [graph.Input], GraphBuilder.Attribute("perm", [0, 3, 1, 2]));
        var pixels = builder.Add("Cast", "input.pixels", [channelsFirst], GraphBuilder.Attribute("to", (long)TensorProto.Types.DataType.Float));

        // (x scale - mean) / std as one product and one sum, each constant rounded once.
        float[] factor = [.. spec.Std.Select(std => (float)(spec.Scale / std))];
        float[] offset = [.. spec.Mean.Zip(spec.Std, (mean, std) => (float)(-mean / std))];
        var scaled = builder.Add("Mul", "input.scaled", [pixels, builder.Constant("input.factor", factor, 1, 3, 1, 1)]);
        return builder.Add("Add", "input.normalized", [scaled, builder.Constant("input.offset", offset, 1, 3, 1, 1)]);
    }

    private static IEnumerable<(string Key, string Value)> Metadata(ModelManifest manifest)
    {
        var spec = manifest.Preprocessing;
        yield return ("architecture", manifest.Architecture);
        yield return ("precision", manifest.Precision.ToString().ToLowerInvariant());
        yield return ("input_size", Number(spec.InputSize));
        yield return ("resize", Number(spec.Resize));
        yield return ("interpolation", spec.Interpolation.ToString().ToLowerInvariant());
        yield return ("color_order", spec.ColorOrder.ToString().ToLowerInvariant());
        yield return ("scale", Number(spec.Scale));
        yield return ("mean", string.Join(",", spec.Mean.Select(Number)));
        yield return ("std", string.Join(",", spec.Std.Select(Number)));
        yield return ("source", manifest.Provenance.Source);
        yield return ("licence", manifest.Provenance.Licence);
        if (manifest.Provenance.Sha256 is { } sha256)
            yield return ("weights_sha256", sha256);
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
