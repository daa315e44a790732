using ResNetService.Modeling.Classification;
using ResNetService.Modeling.Tests.Training;

namespace ResNetService.Modeling.Tests.Classification;

public sealed class InputFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Find_FolderBelowHome_GivesItsImagesInOrderAndHowTheyAreReached()
    {
        foreach (var file in new[] { "b.JPG", "a.jpeg", "notes.txt", ".hidden.jpg", "z/c.png", "d/e/f.heic", "d/g.webp", ".trash/h.jpg", "d/table.csv" })
            _folder.Write(file);

        var found = InputFiles.Find([_folder.Path], Path.GetDirectoryName(_folder.Path)!).ToArray();

        Assert.Equal(
            new[] { "a.jpeg", "b.JPG", "d/g.webp", "d/e/f.heic", "z/c.png" }.Select(name => $"{Path.GetFileName(_folder.Path)}/{name}"), found.Select(file => file.Name));
        Assert.All(found, file => Assert.True(File.Exists(file.Path)));
    }

    [Fact]
    public void Find_PathsInAnySpelling_HaveOneNameEachAndTheFullPathOutsideHome()
    {
        foreach (var file in new[] { "home/a.jpg", "home/..b.jpg", "two/a.jpg" })
            _folder.Write(file);
        var root = _folder.Path;

        var found = InputFiles.Find([$"{root}/home/", $"{root}/two/../home/..b.jpg", $"{root}/two", $"{root}/home/absent.jpg"], $"{root}/home");

        Assert.Equal(["a.jpg", "..b.jpg", $"{root}/two/a.jpg".Replace('\\', '/'), "absent.jpg"], found.Select(file => file.Name));
    }

    [Fact]
    public void Find_LinkToAFolderAbove_IsNotFollowed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        _folder.Write("a.jpg");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "again"), _folder.Path);
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "b.jpg"), Path.Combine(_folder.Path, "a.jpg"));

        Assert.Equal(["a.jpg", "b.jpg"], InputFiles.Find([_folder.Path], _folder.Path).Select(file => file.Name));
    }

    [Fact]
    public void Find_FolderThatGoesMeanwhile_HasAnErrorAndTheOthersAreFound()
    {
        foreach (var file in new[] { "a.jpg", "gone/b.jpg", "stays/c.jpg" })
            _folder.Write(file);

        var found = new List<InputFile>();
        foreach (var file in InputFiles.Find([_folder.Path], _folder.Path))
        {
            found.Add(file);
            if (file.Name == "a.jpg")
                Directory.Delete(Path.Combine(_folder.Path, "gone"), recursive: true);
        }

        Assert.Equal(["a.jpg", "gone", "stays/c.jpg"], found.Select(file => file.Name));
        Assert.StartsWith("The folder cannot be read: ", Assert.Single(found, file => file.Error is not null).Error, StringComparison.Ordinal);
    }
}
