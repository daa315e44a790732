using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Weights;
using ResNetService.Modeling.Weights.Import;

namespace ResNetService.Modeling.Tests.Onnx;

/// <summary>A network exported to a temporary directory and loaded with ONNX Runtime.</summary>
internal sealed class ExportedModel : IDisposable
{
    private readonly DirectoryInfo _root = System.IO.Directory.CreateTempSubdirectory("resnet-exported-");

    public ExportedModel(Network network, string architecture, InputType input = InputType.UInt8, PreprocessingSpec? preprocessing = null, Precision precision = Precision.Fp32)
        : this(network, Architecture.Find(architecture), input, preprocessing, precision)
    {
    }

    public ExportedModel(Network network, Architecture architecture, InputType input = InputType.UInt8, PreprocessingSpec? preprocessing = null, Precision precision = Precision.Fp32)
    {
        network.eval();
        Manifest = new ModelManifest
        {
            Architecture = architecture.Name,
            Precision = precision,
            Graph = new GraphSpec { InputType = input, Layout = input == InputType.UInt8 ? TensorLayout.Nhwc : TensorLayout.Nchw },
            Preprocessing = preprocessing ?? architecture.Preprocessing,
            Labels = architecture.Classes == 10 ? LabelSets.Cifar10 : LabelSets.ImageNet,
            Provenance = new("a test", "none"),
        };
        Directory = Path.Combine(_root.FullName, "model", "1");
        try
        {
            Agreement = ModelExporter.Export(network, Manifest, Directory, replace: false, CancellationToken.None);
        }
        catch
        {
            _root.Delete(recursive: true);
            throw;
        }

        Session = ExecutionBackend.OnCpu().Load(Path.Combine(Directory, ModelManifest.GraphFileName));
    }

    public ModelManifest Manifest { get; }

    /// <summary>The model directory.</summary>
    public string Directory { get; }

    public Agreement Agreement { get; }

    public IExecutionSession Session { get; }

    /// <summary>A network with weights from a file of the shared test data, below its folder <c>weights</c>.</summary>
    public static Network Import(string architecture, string path)
    {
        var network = Architecture.Find(architecture).Build();
        using var file = WeightFile.Open(path);
        WeightImport.Apply(file, new ModuleTarget(network));
        network.eval();
        return network;
    }

    /// <param name="pixels">uint8 [n, size, size, 3], for a model with uint8 input.</param>
    public float[] Run(byte[] pixels)
    {
        var size = Manifest.Preprocessing.InputSize;
        var images = pixels.Length / (size * size * 3);
        var logits = new float[images * Manifest.Labels.Count];
        Session.Run(Manifest.Graph.Input, pixels, [images, size, size, 3], new OutputTensor(Manifest.Graph.Logits, [images, logits.Length / images], logits));
        return logits;
    }

    public void Dispose()
    {
        Session.Dispose();
        _root.Delete(recursive: true);
    }
}
