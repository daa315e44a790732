using ResNetService.Modeling.Onnx;

namespace ResNetService.Modeling.Tests.Onnx;

public sealed class StagedDirectoryTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory();

    private string Destination => Path.Combine(_root.FullName, "name", "1");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Commit_AfterWriting_PutsTheWholeDirectoryInItsPlace()
    {
        using (var staged = StagedDirectory.For(Destination, replace: false))
        {
            File.WriteAllText(Path.Combine(staged.Path, "a"), "x");
            Assert.False(Directory.Exists(Destination));
            staged.Commit();
        }

        Assert.Equal("x", File.ReadAllText(Path.Combine(Destination, "a")));
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(Destination)!));
    }

    [Fact]
    public void Dispose_WithoutCommit_LeavesNothing()
    {
        using (var staged = StagedDirectory.For(Destination, replace: false))
            File.WriteAllText(Path.Combine(staged.Path, "a"), "x");

        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(Destination)!));
    }

    [Fact]
    public void For_DirectoryWithContent_IsRefusedUnlessReplaced()
    {
        Directory.CreateDirectory(Destination);
        File.WriteAllText(Path.Combine(Destination, "old"), "x");

        Assert.Contains("--force", Assert.Throws<IOException>(() => StagedDirectory.For(Destination, replace: false)).Message, StringComparison.Ordinal);
        using (var staged = StagedDirectory.For(Destination, replace: true))
        {
            File.WriteAllText(Path.Combine(staged.Path, "new"), "x");
            staged.Commit();
        }

        Assert.Equal(["new"], Directory.GetFiles(Destination).Select(Path.GetFileName));
    }

    [Fact]
    public void For_File_IsRefused()
    {
        var file = Path.Combine(_root.FullName, "file");
        File.WriteAllText(file, "x");

        Assert.Throws<IOException>(() => StagedDirectory.For(file, replace: true));
    }
}
