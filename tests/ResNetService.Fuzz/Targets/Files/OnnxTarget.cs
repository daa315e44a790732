using System.Text;
using ResNetService.Fuzz.Campaigns;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Execution.Native;
using ResNetService.Inference.Explanation;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Weights;
using ResNetService.TestSupport;

namespace ResNetService.Fuzz.Targets.Files;

/// <summary>ONNX files, read as the service and as the companion read them: the graphs that ONNX Runtime itself reads are an operator's own.</summary>
internal sealed class OnnxTarget : IFuzzTarget
{
    private static readonly ModelManifest Manifest = ManifestReader.Read(Encoding.UTF8.GetBytes(TinyModelRepository.Manifest(features: "features")), ModelManifest.FileName);
    private static readonly FeatureMapShape Features = new(3, 8, 8);

    private readonly InputFile _file = new();

    public string Name => "onnx";

    public IEnumerable<byte[]> Seeds =>
    [
        .. Enum.GetValues<ClassifierForm>().Select(form => TinyOnnx.PooledClassifier(8, TinyModelRepository.Weights, TinyModelRepository.Bias, form)),
        TinyOnnx.ShiftedMeanColor(8, ("location", InputFile.Name), ("offset", "1"), ("length", "12")),
    ];

    public IReadOnlyList<byte[]> Words => Targets.Words.Of(
        "logits", "features", "flat", "mean", "weights", "columns", "int8", "scales", "zeros", "product", "Identity", "Cast", "Gemm", "MatMul", "Add", "Transpose", "DequantizeLinear", "QuantizeLinear", "Flatten", "Reshape", "ReduceMean", "GlobalAveragePool", "axes", "axis", "transB", "alpha", "location", "offset", "length",
        "\x0A\x00", "\x12\x06logits", "\x0A\x06logits", "\x12\x08features", "\x0A\x08features", "\xFF\xFF\xFF\xFF\x0F", "\x08\xFF\xFF\xFF\xFF\x07", "\x3A");

    public string Run(byte[] input)
    {
        var path = _file.With(input);
        try
        {
            Modeling.Onnx.OnnxFile.Read(path);
        }
        catch (WeightException)
        {
            // As it should.
        }

        try
        {
            WholeGraph.Read(path);
        }
        catch (ExecutionException)
        {
            // As it should.
        }

        try
        {
            return PooledClassifierReader.Read(path, Manifest, Features) is null ? "another network" : "classifier";
        }
        catch (ExecutionException e)
        {
            return Targets.Words.Kind(e.Message[path.Length..]);
        }
    }

    public void Dispose() => _file.Dispose();
}
