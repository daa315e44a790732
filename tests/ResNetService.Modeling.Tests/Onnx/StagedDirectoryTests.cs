using ResNetService.ModelFormat;
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

        Assert.Empty(Directory.GetFileSystemEntries(_root.FullName));
    }

    [Fact]
    public void Dispose_ParentsThatWereThereOrAreUsed_Stay()
    {
        Directory.CreateDirectory(Path.Combine(_root.FullName, "was there"));
        StagedDirectory.For(Path.Combine(_root.FullName, "was there", "1"), replace: false).Dispose();
        using (StagedDirectory.For(Destination, replace: false))
            Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(Destination)!, "2"));

        Assert.Equal(["name", "name/2", "was there"], Directory.GetDirectories(_root.FullName, "*", SearchOption.AllDirectories).Select(d => Path.GetRelativePath(_root.FullName, d)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void For_DirectoryWithContent_IsRefusedUnlessReplaced()
    {
        WriteModel();

        Assert.Contains("--force", Assert.Throws<IOException>(() => StagedDirectory.For(Destination, replace: false)).Message, StringComparison.Ordinal);
        using (var staged = StagedDirectory.For(Destination, replace: true))
        {
            File.WriteAllText(Path.Combine(staged.Path, "new"), "x");
            staged.Commit();
        }

        Assert.Equal(["new"], Directory.GetFiles(Destination).Select(Path.GetFileName));
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(Destination)!));
    }

    [Fact]
    public void Commit_StagedFilesAreGone_KeepsTheModelThatWasThere()
    {
        WriteModel();
        using var staged = StagedDirectory.For(Destination, replace: true);
        Directory.Delete(staged.Path);

        Assert.ThrowsAny<IOException>(staged.Commit);

        Assert.Equal("old", File.ReadAllText(Path.Combine(Destination, ModelManifest.GraphFileName)));
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(Destination)!));
    }

    /// <summary>A slip such as <c>--output models --force</c> must not cost every model.</summary>
    [Fact]
    public void For_DirectoryThatIsNoModel_IsNeverReplaced()
    {
        WriteModel();

        var exception = Assert.Throws<IOException>(() => StagedDirectory.For(_root.FullName, replace: true));

        Assert.Contains("holds no model.onnx", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void For_File_IsRefused()
    {
        var file = Path.Combine(_root.FullName, "file");
        File.WriteAllText(file, "x");

        Assert.Throws<IOException>(() => StagedDirectory.For(file, replace: true));
    }

    private void WriteModel()
    {
        Directory.CreateDirectory(Destination);
        File.WriteAllText(Path.Combine(Destination, ModelManifest.GraphFileName), "old");
    }
}
