using System.Runtime.InteropServices;
using Google.Protobuf;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Onnx.Format;
using ResNetService.Modeling.Quantization;

namespace ResNetService.Modeling.Tests.Quantization;

/// <summary>Biases take up the shift that is measured, and it is measured for what it is.</summary>
public sealed class IsolatedLayersTests
{
    private const string Layer = "layer1.0.conv1";

    private static readonly string Shipped = Path.Combine(Repository.Root, "models", "resnet20-cifar10", "1");

    private readonly ModelManifest _manifest = ManifestReader.Read(Path.Combine(Shipped, ModelManifest.FileName));
    private readonly FloatGraph _graph = new(OnnxFile.Read(Path.Combine(Shipped, ModelManifest.GraphFileName)));
    private readonly Int8Placement _placement;
    private readonly Dictionary<string, ChosenRange> _ranges;

    public IsolatedLayersTests()
    {
        _placement = new(_graph, new HashSet<string>());
        _ranges = _placement.Values.Where(value => _placement.Root(value) == value).ToDictionary(value => value, _ => new ChosenRange("fixed", new(-8, 8)));
    }

    [Fact]
    public void Measure_LayerThatIsShifted_CorrectsByTheShift()
    {
        const int Steps = 1000;
        var beside = QdqGraph.BuildBeside(_graph, _placement, _ranges);
        var before = Measure(beside);
        var bias = Constant(beside.Model, Layer + ".bias.quantized");
        bias.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(MemoryMarshal.Cast<byte, int>(bias.RawData.Span).ToArray().Select(value => value + Steps).ToArray().AsSpan()));
        var scales = Floats(Constant(beside.Model, Layer + ".bias.scale"));

        var after = Measure(beside);

        Assert.All(scales.Select((scale, channel) => (scale, channel)), step => Assert.Equal(
            -Steps * step.scale, after[Layer].Correction[step.channel] - before[Layer].Correction[step.channel], 1e-6 + (1e-3 * Steps * step.scale)));
        Assert.Equal(before[Layer].SignalToNoise!.Value, after[Layer].SignalToNoise!.Value, 0.1);
        Assert.Equal(before["layer1.0.conv2"].Correction, after["layer1.0.conv2"].Correction);
    }

    [Fact]
    public void Build_WithCorrections_HasThemInTheBiases()
    {
        float[] correction = [.. Enumerable.Range(0, 16).Select(channel => channel / 7f)];

        var plain = QdqGraph.Build(_graph, _placement, _ranges, new Dictionary<string, float[]>()).Model;
        var corrected = QdqGraph.Build(_graph, _placement, _ranges, new Dictionary<string, float[]> { [Layer] = correction }).Model;

        Assert.All(Bias(corrected).Zip(Bias(plain), (c, p) => c - p).Zip(correction), pair => Assert.Equal(pair.Second, pair.First, 1e-3));
    }

    private IReadOnlyDictionary<string, IsolatedLayer> Measure(QdqModel beside)
    {
        var pixels = new byte[32 * 32 * 3];
        new Random(1).NextBytes(pixels);
        return IsolatedLayers.Measure(_graph, beside, _manifest, [pixels]);
    }

    private static IEnumerable<double> Bias(ModelProto model) =>
        MemoryMarshal.Cast<byte, int>(Constant(model, Layer + ".bias.quantized").RawData.Span).ToArray().Zip(Floats(Constant(model, Layer + ".bias.scale")), (value, scale) => value * (double)scale);

    private static TensorProto Constant(ModelProto model, string name) => model.Graph.Initializer.Single(constant => constant.Name == name);

    private static float[] Floats(TensorProto constant) => MemoryMarshal.Cast<byte, float>(constant.RawData.Span).ToArray();
}
