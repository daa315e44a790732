using ResNetService.Modeling.Classification;
using ResNetService.Modeling.Tests.Training;

namespace ResNetService.Modeling.Tests.Classification;

public sealed class InputFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Find_Folder_GivesItsImagesInOrderAndRelativeToIt()
    {
        foreach (var file in new[] { "b.JPG", "a.jpeg", "notes.txt", ".hidden.jpg", "z/c.png", "d/e/f.heic", "d/g.webp", ".trash/h.jpg", "d/table.csv" })
            _folder.Write(file);

        var found = InputFiles.Find([_folder.Path]).ToArray();

        Assert.Equal(["a.jpeg", "b.JPG", "d/g.webp", "d/e/f.heic", "z/c.png"], found.Select(file => file.Name));
        Assert.All(found, file => Assert.True(File.Exists(file.Path)));
    }

    [Fact]
    public void Find_FilesAndFolders_AreNamedAsGivenSoThatNoTwoAreCalledTheSame()
    {
        foreach (var file in new[] { "one/a.jpg", "two/a.jpg", "readme.txt" })
            _folder.Write(file);
        var root = _folder.Path;

        var found = InputFiles.Find([$"{root}/one/", $"{root}/two", $"{root}/readme.txt", $"{root}/absent.jpg"]);

        Assert.Equal([$"{root}/one/a.jpg", $"{root}/two/a.jpg", $"{root}/readme.txt", $"{root}/absent.jpg"], found.Select(file => file.Name));
    }

    [Fact]
    public void Find_LinkToAFolderAbove_IsNotFollowed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        _folder.Write("a.jpg");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "again"), _folder.Path);
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "b.jpg"), Path.Combine(_folder.Path, "a.jpg"));

        Assert.Equal(["a.jpg", "b.jpg"], InputFiles.Find([_folder.Path]).Select(file => file.Name));
    }
}
