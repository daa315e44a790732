using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Tests.Training;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Find_ClassFolders_ListsThemAndTheirFilesInOrdinalOrder()
    {
        foreach (var path in new[] { "b/2.png", "b/10.png", "a/z.png", "B/1.png", ".hidden/1.png", "a/.DS_Store" })
            _folder.Write(path);

        var found = ImageFolder.Find(_folder.Path);

        Assert.Equal(["B", "a", "b"], found.ClassNames);
        Assert.Equal(["B/1.png 0", "a/z.png 1", "b/10.png 2", "b/2.png 2"], found.Files.Select(f => $"{Path.GetRelativePath(_folder.Path, f.Path)} {f.Class}"));
    }

    [Fact]
    public void Find_OneClass_SaysThatThereMustBeTwo()
    {
        _folder.Write("a/1.png");
        Assert.Contains("has 1 class folders; it must hold a folder of images for each of two or more", Assert.Throws<TrainingException>(() => ImageFolder.Find(_folder.Path)).Message);
    }

    [Fact]
    public void Find_EmptyClassFolders_NamesEachOfThem()
    {
        _folder.Write("a/1.png");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "b"));
        _folder.Write("c/.hidden");

        var message = Assert.Throws<TrainingException>(() => ImageFolder.Find(_folder.Path)).Message;

        Assert.Contains(Path.Combine(_folder.Path, "b"), message);
        Assert.Contains(Path.Combine(_folder.Path, "c"), message);
        Assert.DoesNotContain(Path.Combine(_folder.Path, "a"), message);
    }

    public void Dispose() => _folder.Dispose();
}
