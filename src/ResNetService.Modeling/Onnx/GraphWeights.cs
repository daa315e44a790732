using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Onnx.Format;
using ResNetService.Modeling.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Architecture = ResNetService.Modeling.Architectures.Architecture;

namespace ResNetService.Modeling.Onnx;

/// <summary>Reads the weights of an exported graph back into a network.</summary>
/// <remarks>
/// A BatchNorm that was folded into the convolution before it is lost: the convolution gets the folded weights, and the BatchNorm the bias,
/// gamma 1, mean 0 and variance 1 - eps, which is the same function in evaluation.
/// </remarks>
internal static class GraphWeights
{
    /// <param name="directory">models/&lt;name&gt;/&lt;version&gt;.</param>
    /// <returns>64 lower-case hexadecimal digits, of the graph.</returns>
    public static string Sha256(string directory)
    {
        using var graph = File.OpenRead(Path.Combine(directory, ModelManifest.GraphFileName));
        return Convert.ToHexStringLower(SHA256.HashData(graph));
    }

    /// <returns>In evaluation mode, with as many classes as the model has.</returns>
    /// <exception cref="WeightException">The graph is not as <see cref="OnnxGraph"/> writes the architecture; every difference is listed.</exception>
    public static Network Load(string directory, Architecture architecture)
    {
        var manifest = ManifestReader.Read(Path.Combine(directory, ModelManifest.FileName));
        var path = Path.Combine(directory, ModelManifest.GraphFileName);
        var constants = OnnxFile.Read(path).Graph.Initializer.ToDictionary(tensor => tensor.Name);
        var network = architecture.Build(manifest.Labels.Count);
        try
        {
            network.eval();
            var faults = Fill(network, manifest.Preprocessing.InputSize, constants);
            return faults.Count == 0
                ? network
                : throw new WeightException(path, $"is not a graph of {architecture.Name} with {manifest.Labels.Count} classes as 'resnet export' writes it:{string.Concat(faults.Select(f => $"{Environment.NewLine}  {f}"))}");
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static List<string> Fill(Network network, int inputSize, Dictionary<string, TensorProto> constants)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var folded = FoldedNorms(network, inputSize, constants.ContainsKey);
        var faults = new List<string>();
        foreach (var (key, value) in network.state_dict())
        {
            var (owner, field) = (key[..key.LastIndexOf('.')], key[(key.LastIndexOf('.') + 1)..]);
            if (field == "num_batches_tracked")
                continue;
            if (!folded.TryGetValue(owner, out var norm))
                faults.AddRange(Copy(constants, key, value));
            else if (field == "bias")
                faults.AddRange(Copy(constants, norm.Convolution + ".bias", value));
            else
                value.fill_(field switch { "weight" => 1, "running_mean" => 0, _ => 1 - norm.Eps });
        }

        return faults;
    }

    /// <summary>BatchNorms that read a convolution's output, where the graph has none of their own tensors.</summary>
    private static Dictionary<string, (string Convolution, double Eps)> FoldedNorms(Network network, int inputSize, Predicate<string> isInGraph)
    {
        var names = network.named_modules().ToDictionary(m => m.module, m => m.name);
        var convolutions = new Dictionary<Tensor, string>(ReferenceEqualityComparer.Instance);
        var folded = new Dictionary<string, (string, double)>();
        network.Forward(new ObservedSignal(new TensorSignal(zeros(1, 3, inputSize, inputSize)), (layer, input, output) =>
        {
            if (layer is Conv2d)
                convolutions[output] = names[layer];
            else if (layer is BatchNorm2d norm && convolutions.TryGetValue(input, out var convolution) && !isInGraph(names[layer] + ".weight"))
                folded[names[layer]] = (convolution, norm.eps);
        }));
        return folded;
    }

    private static IEnumerable<string> Copy(Dictionary<string, TensorProto> constants, string name, Tensor target)
    {
        if (!constants.TryGetValue(name, out var constant))
            return [$"missing: {name}"];
        if (constant.DataType != TensorProto.Types.DataType.Float || constant.RawData.Length != target.numel() * sizeof(float))
            return [$"of another shape or kind: {name}"];
        using var staged = tensor(MemoryMarshal.Cast<byte, float>(constant.RawData.Span).ToArray(), target.shape);
        target.copy_(staged);
        return [];
    }
}
