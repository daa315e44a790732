using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Onnx.Format;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Onnx;

public sealed class OnnxGraphTests
{
    [Fact]
    public void Build_ResidualNetwork_FoldsEveryBatchNorm()
    {
        var graph = Export("resnet20-cifar").Graph;

        Assert.DoesNotContain(graph.Node, n => n.OpType == "BatchNormalization");
        Assert.Equal(19, graph.Node.Count(n => n.OpType == "Conv"));
        Assert.Contains(graph.Initializer, t => t.Name == "layer1.0.conv1.weight");
        Assert.Contains(graph.Initializer, t => t.Name == "layer1.0.conv1.bias");
    }

    [Fact]
    public void Build_BatchNormAwayFromItsConvolution_KeepsItAsANode()
    {
        using var network = new NormFirst();
        network.eval();

        var graph = OnnxGraph.Build(network, Manifest("norm-first", PreprocessingSpec.Cifar, new GraphSpec())).Graph;

        Assert.Equal(["_bn1", "_bn2"], graph.Node.Where(n => n.OpType == "BatchNormalization").Select(n => n.Name));
    }

    [Fact]
    public void Build_UInt8Input_IsPixelsByRowAndNormalizesInTheGraph()
    {
        var graph = Export("resnet20-cifar").Graph;

        var input = Assert.Single(graph.Input);
        Assert.Equal("image", input.Name);
        Assert.Equal(TensorProto.Types.DataType.Uint8, input.Type.TensorType.ElemType);
        Assert.Equal(["N", "32", "32", "3"], Shape(input));
        Assert.Equal(["Transpose", "Cast", "Mul", "Add"], graph.Node.Take(4).Select(n => n.OpType));
    }

    [Fact]
    public void Build_Float32Input_IsNormalizedChannelsFirst()
    {
        var graph = Export("resnet20-cifar", InputType.Float32).Graph;

        var input = Assert.Single(graph.Input);
        Assert.Equal(TensorProto.Types.DataType.Float, input.Type.TensorType.ElemType);
        Assert.Equal(["N", "3", "32", "32"], Shape(input));
        Assert.Equal("Conv", graph.Node[0].OpType);
    }

    [Fact]
    public void Build_AnyNetwork_SaysWhatItIs()
    {
        var model = Export("resnet20-cifar");

        Assert.Equal(17, Assert.Single(model.OpsetImport).Version);
        Assert.Equal(["N", "10"], Shape(Assert.Single(model.Graph.Output)));
        var metadata = model.MetadataProps.ToDictionary(p => p.Key, p => p.Value);
        Assert.Equal("resnet20-cifar", metadata["architecture"]);
        Assert.Equal("0.485,0.456,0.406", metadata["mean"]);
        Assert.Equal("a test", metadata["source"]);
    }

    private static ModelProto Export(string name, InputType input = InputType.UInt8)
    {
        using var network = Architecture.Find(name).Build();
        network.eval();
        var layout = input == InputType.UInt8 ? TensorLayout.Nhwc : TensorLayout.Nchw;
        return OnnxGraph.Build(network, Manifest(name, Architecture.Find(name).Preprocessing, new GraphSpec { InputType = input, Layout = layout }));
    }

    private static ModelManifest Manifest(string architecture, PreprocessingSpec preprocessing, GraphSpec graph) => new()
    {
        Architecture = architecture,
        Precision = Precision.Fp32,
        Graph = graph,
        Preprocessing = preprocessing,
        Labels = LabelSets.Cifar10,
        Provenance = new("a test", "none"),
    };

    private static IEnumerable<string> Shape(ValueInfoProto value) =>
        value.Type.TensorType.Shape.Dim.Select(d => d.HasDimParam ? d.DimParam : d.DimValue.ToString(null, null));

    /// <summary>bn1 follows the input; bn2 follows a convolution whose plain output is used as well.</summary>
    private sealed class NormFirst : Network
    {
        private readonly BatchNorm2d _bn1 = nn.BatchNorm2d(3);
        private readonly Conv2d _conv1 = nn.Conv2d(3, 3, 1);
        private readonly BatchNorm2d _bn2 = nn.BatchNorm2d(3);
        private readonly Linear _fc = nn.Linear(3, 10);

        public NormFirst()
            : base(nameof(NormFirst)) => RegisterComponents();

        public override Signal Forward(Signal image)
        {
            var convolved = image.BatchNorm(_bn1).Conv(_conv1);
            var activated = convolved.Relu();
            return activated.Add(convolved.BatchNorm(_bn2)).GlobalAveragePool().Linear(_fc);
        }
    }
}
