using ResNetService.Inference.Models;

namespace ResNetService.Inference.Tests.Models;

public sealed class ModelScanTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("resnet-scan-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Run_Folder_FindsEveryVersionInNumericOrder()
    {
        Touch("b/10/model.onnx", "b/9/model.onnx", "b/9/manifest.json", "a.onnx", "readme.md");

        var found = ModelScan.Run(_root.FullName);

        Assert.Equal(["a:1", "b:9", "b:10"], found.Select(c => c.Reference));
        Assert.All(found, c => Assert.Empty(c.Faults));
        Assert.Equal([null, PathOf("b/9/manifest.json"), null], found.Select(c => c.ManifestPath));
        Assert.Equal(PathOf("a.onnx"), found[0].GraphPath);
    }

    [Fact]
    public void Run_HiddenAndUnfinishedDirectories_AreNoModels()
    {
        Touch("..data/1/model.onnx", "lost+found/1/model.onnx", "a/.tmp/model.onnx", "a/2.part/model.onnx", "b.part/1/model.onnx", "a/1/model.onnx");

        Assert.Equal(["a:1"], ModelScan.Run(_root.FullName).Select(c => c.Reference));
    }

    [Theory]
    [InlineData("a/latest/model.onnx", "'latest'")]
    [InlineData("a/0/model.onnx", "'0'")]
    [InlineData("a/01/model.onnx", "'01'")]
    [InlineData("a/1000000000/model.onnx", "'1000000000'")]
    [InlineData("a/١/model.onnx", "'١'")]
    [InlineData("-a/1/model.onnx", "'-a'")]
    [InlineData("a b/1/model.onnx", "'a b'")]
    [InlineData("a:b/1/model.onnx", "'a:b'")]
    [InlineData("a/1/other.onnx", "model.onnx")]
    public void Run_WrongPlaceOrName_IsNamedAsTheFault(string file, string named)
    {
        Touch(file);

        Assert.Contains(named, Assert.Single(Assert.Single(ModelScan.Run(_root.FullName)).Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_BareGraphBesideTheSameVersion_RefusesBoth()
    {
        Touch("a.onnx", "a/1/model.onnx", "a/2/model.onnx");

        var found = ModelScan.Run(_root.FullName);

        Assert.Equal([1, 1, 0], found.Select(c => c.Faults.Count));
        Assert.Contains("a:1 is there twice", found[0].Faults[0], StringComparison.Ordinal);
    }

    private string PathOf(string relative) => Path.Combine(_root.FullName, relative);

    private void Touch(params string[] files)
    {
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
            File.WriteAllBytes(PathOf(file), []);
        }
    }
}
