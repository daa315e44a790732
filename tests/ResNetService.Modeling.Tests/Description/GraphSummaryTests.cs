using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Description;
using ResNetService.Modeling.Tests.Onnx;
using ResNetService.Modeling.Weights;

namespace ResNetService.Modeling.Tests.Description;

public sealed class GraphSummaryTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Read_ExportedNetwork_NamesInputsOutputsAndOperators()
    {
        using var network = Architecture.Find("resnet20-cifar").Build();
        using var model = new ExportedModel(network, "resnet20-cifar");

        var summary = GraphSummary.Read(model.Directory);

        Assert.Equal(["image uint8 [N,32,32,3]"], summary.Inputs);
        Assert.Equal(["logits float [N,10]"], summary.Outputs);
        Assert.Equal(new("Conv", 19), summary.Operators[0]);
        Assert.DoesNotContain(summary.Operators, op => op.Key == "BatchNormalization");
        Assert.Contains(new("architecture", "resnet20-cifar"), summary.Metadata);
        Assert.Equivalent(summary, GraphSummary.Read(Path.Combine(model.Directory, ModelManifest.GraphFileName)));
    }

    [Theory]
    [InlineData("not an onnx file")]
    [InlineData("")]
    public void Read_FileThatIsNoModel_SaysSo(string content)
    {
        File.WriteAllText(_file, content);

        var exception = Assert.Throws<WeightException>(() => GraphSummary.Read(_file));

        Assert.StartsWith($"{_file}: is no ONNX model", exception.Message, StringComparison.Ordinal);
    }
}
