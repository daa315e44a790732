using System.Globalization;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Models;

/// <summary>The manifest that a graph without one is given: ImageNet's preprocessing, and what the graph says of itself.</summary>
internal static class BareGraph
{
    public const string Warning =
        "there is no manifest.json: ImageNet preprocessing (shorter side 256/224 of the input, bilinear, RGB, mean 0.485 0.456 0.406, std 0.229 0.224 0.225) is assumed; wrong assumptions cost accuracy without an error";

    /// <exception cref="ManifestException">The graph's shape leaves no assumption to make.</exception>
    public static ModelManifest Assume(string graphPath, GraphSignature signature)
    {
        if (signature.Inputs is not [{ Type: { } type, Shape: [_, var a, var b, var c] } input])
            throw Fault(graphPath, signature.Inputs, "must have one uint8 or float32 input, [N,H,W,3] or [N,3,H,W]");
        var layout = a == 3 ? TensorLayout.Nchw : TensorLayout.Nhwc;
        var (height, width, channels) = layout == TensorLayout.Nchw ? (b, c, a) : (a, b, c);
        if (channels != 3 || height != width || (type == InputType.UInt8 && layout == TensorLayout.Nchw))
            throw Fault(graphPath, signature.Inputs, "must be square with 3 channels, and uint8 channels last");
        if (signature.Outputs.FirstOrDefault(o => o is { Type: InputType.Float32, Shape: [_, > 0] }) is not { } logits)
            throw Fault(graphPath, signature.Outputs, "must have a float32 output [N,classes]");

        // A free size is taken as ImageNet's.
        var size = height > 0 ? (int)height : PreprocessingSpec.ImageNet.InputSize;
        return new ModelManifest
        {
            Architecture = "unknown",
            Precision = Precision.Fp32,
            Graph = new GraphSpec { Input = input.Name, InputType = type, Layout = layout, Logits = logits.Name },
            Preprocessing = PreprocessingSpec.ImageNet with { InputSize = size, Resize = size * 256 / 224 },
            Labels = LabelsFor((int)logits.Shape[1]),
            Provenance = new("unknown", "unknown"),
        };
    }

    private static IReadOnlyList<Label> LabelsFor(int classes) =>
        classes == LabelSets.ImageNet.Count
            ? LabelSets.ImageNet
            : [.. Enumerable.Range(0, classes).Select(i => new Label(string.Create(CultureInfo.InvariantCulture, $"class {i}")))];

    private static ManifestException Fault(string path, IReadOnlyList<GraphValue> values, string problem) =>
        new([new(path, "", string.Join("; ", values), problem + ", or come with a manifest.json")]);
}
