using ResNetService.Inference.Models;

namespace ResNetService.Inference.Tests.Models;

public sealed class ModelFilesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("resnet-files-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private ModelFiles Files => new(Path.Combine(_directory, "1"), Path.Combine(_directory, "1", "model.onnx"));

    /// <summary>As Kubernetes changes the content of a volume: the link <c>..data</c> alone is another.</summary>
    [Fact]
    public void Stamp_LinkThatLeadsElsewhere_IsAnother()
    {
        Write("..old/model.onnx", "abc");
        Write("..new/model.onnx", "abc");
        File.SetLastWriteTimeUtc(Path.Combine(_directory, "..new/model.onnx"), File.GetLastWriteTimeUtc(Path.Combine(_directory, "..old/model.onnx")).AddSeconds(1));
        Directory.CreateSymbolicLink(Path.Combine(_directory, "..data"), "..old");
        Directory.CreateDirectory(Path.Combine(_directory, "1"));
        File.CreateSymbolicLink(Path.Combine(_directory, "1", "model.onnx"), "../..data/model.onnx");
        var before = Files.Stamp();

        Directory.Delete(Path.Combine(_directory, "..data"));
        Directory.CreateSymbolicLink(Path.Combine(_directory, "..data"), "..new");

        Assert.NotEqual(before, Files.Stamp());
        Assert.Equal(3, Files.Bytes());
    }

    /// <summary>Below a version, a volume of Kubernetes has the files, a link to their folder, and a link to each.</summary>
    [Fact]
    public void Bytes_FileToWhichLinksLead_IsCountedOnce()
    {
        Write("1/..2026/model.onnx", "abc");
        Write("1/..2026/manifest.json", "abcd");
        Directory.CreateSymbolicLink(Path.Combine(_directory, "1", "..data"), "..2026");
        File.CreateSymbolicLink(Path.Combine(_directory, "1", "model.onnx"), "..data/model.onnx");
        File.CreateSymbolicLink(Path.Combine(_directory, "1", "manifest.json"), "..data/manifest.json");

        Assert.Equal(7, Files.Bytes());
    }

    [Fact]
    public void Bytes_LinkThatLeadsInACircle_IsAnErrorOfTheFiles()
    {
        Write("1/model.onnx", "abc");
        File.CreateSymbolicLink(Path.Combine(_directory, "1", "round"), "about");
        File.CreateSymbolicLink(Path.Combine(_directory, "1", "about"), "round");

        Assert.Contains("circle", Assert.Throws<IOException>(() => Files.Bytes()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stamp_FileThatIsWritten_IsAnother_AndElseTheSame()
    {
        Write("1/model.onnx", "abc");
        Write("1/weights/data.bin", "abc");
        var before = Files.Stamp();

        Assert.Equal(before, Files.Stamp());
        Write("1/weights/data.bin", "abcd");
        Assert.NotEqual(before, Files.Stamp());
        Assert.Equal(7, Files.Bytes());
    }

    [Fact]
    public void BareGraph_HasTheFilesThatBeginWithItsName()
    {
        Write("a.onnx", "abc");
        Write("a.onnx.data", "abcd");
        Write("b.onnx", "x");

        Assert.Equal(7, new ModelFiles(null, Path.Combine(_directory, "a.onnx")).Bytes());
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(_directory, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
