using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Weights;
using ResNetService.Modeling.Weights.Import;

namespace ResNetService.Modeling.Commands;

/// <summary>What the commands that make a model directory have in common: from a network and a file of weights to graph and manifest.</summary>
internal sealed record ModelExport(Architecture Architecture, IReadOnlyList<Label> Labels, PreprocessingSpec Preprocessing, Provenance Provenance, string Output)
{
    public InputType Input { get; init; } = InputType.UInt8;

    /// <summary><see cref="Precision.Fp32"/> or <see cref="Precision.Fp16"/>.</summary>
    public Precision Precision { get; init; } = Precision.Fp32;

    /// <summary>Whether the graph has a second output, of what the classifier pools.</summary>
    public bool Features { get; init; }

    /// <summary>Whether a model that is there may be replaced.</summary>
    public bool Replace { get; init; }

    /// <param name="weights">Null for an untrained network.</param>
    /// <exception cref="WeightException">The weights do not fit the network; nothing is left behind.</exception>
    /// <exception cref="ExportException">The graph does not do what the network does; nothing is left behind.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public void Run(TextWriter console, WeightFile? weights, CancellationToken cancellationToken)
    {
        using var network = Architecture.Build(Labels.Count);
        network.eval();
        if (weights is not null)
        {
            foreach (var rule in WeightImport.Apply(weights, new ModuleTarget(network)))
                console.WriteLine($"{Path.GetFileName(weights.Path)}: {rule}");
        }

        var manifest = new ModelManifest
        {
            Architecture = Architecture.Name,
            Precision = Precision,
            Graph = new GraphSpec { InputType = Input, Layout = Input == InputType.UInt8 ? TensorLayout.Nhwc : TensorLayout.Nchw, Features = Features ? "features" : null },
            Preprocessing = Preprocessing,
            Labels = Labels,
            Provenance = Provenance,
        };
        var agreement = ModelExporter.Export(network, manifest, Output, Replace, cancellationToken);
        console.WriteLine($"ONNX Runtime and TorchSharp agree: {agreement}");
        console.WriteLine($"{Output}: {Architecture.Name}, {Labels.Count} classes");
    }
}
