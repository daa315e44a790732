using ResNetService.Inference.Models;

namespace ResNetService.Inference.Tests.Models;

public sealed class ModelsFolderTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("resnet-folder-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Find_AtOrAboveAStartingPoint_TakesTheNearestOfTheFirst()
    {
        var near = Make("a/models");
        var start = Make("a/src/api");
        var other = Make("b/models");

        Assert.Equal(near, ModelsFolder.Find(null, start, Make("b")));
        Assert.Equal(other, ModelsFolder.Find(null, Make("b"), start));
        Assert.Equal(near, ModelsFolder.Find(null, Path.Combine(_root.FullName, "a")));
    }

    [Fact]
    public void Find_Configured_IsTakenAndNoOther()
    {
        var start = Make("a");
        Make("a/models");
        var elsewhere = Make("elsewhere");

        Assert.Equal(elsewhere, ModelsFolder.Find(elsewhere, start));
        var missing = Path.Combine(_root.FullName, "missing");
        Assert.Contains(missing, Assert.Throws<ModelsException>(() => ModelsFolder.Find(missing, start)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_Nowhere_SaysWhereItLookedAndWhatToSet()
    {
        var message = Assert.Throws<ModelsException>(() => ModelsFolder.Find(null, _root.FullName)).Message;

        Assert.Contains(_root.FullName, message, StringComparison.Ordinal);
        Assert.Contains("Models:Path", message, StringComparison.Ordinal);
    }

    private string Make(string relative) => _root.CreateSubdirectory(relative).FullName;
}
