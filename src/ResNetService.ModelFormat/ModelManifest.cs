namespace ResNetService.ModelFormat;

/// <summary>
/// The contract between the companion that makes a model and the service that serves it: <c>manifest.json</c> beside
/// <c>model.onnx</c> in <c>models/&lt;name&gt;/&lt;version&gt;/</c>. Name and version are the folder's, so they cannot disagree with it.
/// </summary>
public sealed record ModelManifest
{
    public const int CurrentSchemaVersion = 1;
    public const string FileName = "manifest.json";
    public const string GraphFileName = "model.onnx";

    /// <summary>The registered name of the network, for example <c>resnet50</c>; free text for a graph from elsewhere.</summary>
    public required string Architecture { get; init; }

    public required Precision Precision { get; init; }

    public required GraphSpec Graph { get; init; }

    public required PreprocessingSpec Preprocessing { get; init; }

    /// <summary>Index = class index = column of the logits.</summary>
    public required IReadOnlyList<Label> Labels { get; init; }

    public required Provenance Provenance { get; init; }

    /// <summary>Null where nobody has measured it.</summary>
    public Accuracy? Accuracy { get; init; }

    public bool Equals(ModelManifest? other) =>
        other is not null
        && (Architecture, Precision, Graph, Preprocessing, Provenance, Accuracy)
            == (other.Architecture, other.Precision, other.Graph, other.Preprocessing, other.Provenance, other.Accuracy)
        && Labels.SequenceEqual(other.Labels);

    public override int GetHashCode() => HashCode.Combine(Architecture, Precision, Graph, Preprocessing, Provenance, Accuracy, Labels.Count);
}

/// <summary>Arithmetic of the graph: <c>fp32</c>, <c>fp16</c> or <c>int8</c> in JSON.</summary>
public enum Precision
{
    Fp32,
    Fp16,
    Int8,
}

/// <summary>The tensors by which the graph is fed and read.</summary>
public sealed record GraphSpec
{
    /// <summary>Name of the one input, [N,H,W,3] or [N,3,H,W] by <see cref="Layout"/>.</summary>
    public string Input { get; init; } = "image";

    public InputType InputType { get; init; } = InputType.UInt8;

    public TensorLayout Layout { get; init; } = TensorLayout.Nhwc;

    /// <summary>Name of the output [N,classes] before softmax.</summary>
    public string Logits { get; init; } = "logits";

    /// <summary>Name of the output [N,C,h,w] that the classifier pools, or null where the graph has none.</summary>
    public string? Features { get; init; }
}

public enum InputType
{
    /// <summary>Pixels as they are, 0 to 255: the graph normalises.</summary>
    UInt8,

    /// <summary>Normalised values: whoever feeds the graph normalises, by <see cref="PreprocessingSpec"/>.</summary>
    Float32,
}

public enum TensorLayout
{
    Nhwc,
    Nchw,
}

/// <summary>A class: its name for people and, where there is one, its id (WordNet's for ImageNet). Names may collide ("crane"), indices never.</summary>
public sealed record Label(string Name, string? Id = null);

/// <summary>Where the weights come from.</summary>
/// <param name="Source">A person can find or repeat it: an address, a file name, a command.</param>
/// <param name="Licence">SPDX identifier or a sentence.</param>
/// <param name="Sha256">Of the weight file that was imported, 64 lower-case hexadecimal digits; null for weights that were trained here.</param>
public sealed record Provenance(string Source, string Licence, string? Sha256 = null);

/// <summary>What the exported graph scored, and how to repeat that.</summary>
/// <param name="Top1">Fraction right, 0 to 1.</param>
/// <param name="Top5">Fraction with the right class among the best five, 0 to 1.</param>
/// <param name="Images">How many images were classified.</param>
/// <param name="Dataset">Which images.</param>
/// <param name="Command">The command that repeats the measurement.</param>
public sealed record Accuracy(double Top1, double Top5, int Images, string Dataset, string Command);
