using ResNetService.Modeling.Weights;

namespace ResNetService.Modeling.Tests.Weights;

/// <summary>A folder for a test's files, deleted with the test.</summary>
public abstract class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("resnet-weights-");

    protected string PathOf(string name) => Path.Combine(_folder.FullName, name);

    protected string Write(byte[] content, string name = "weights")
    {
        File.WriteAllBytes(PathOf(name), content);
        return PathOf(name);
    }

    private protected WeightFile Open(byte[] content) => WeightFile.Open(Write(content));

    /// <summary>Opening must fail; gives the message.</summary>
    protected string OpenFails(byte[] content)
    {
        var exception = Assert.Throws<WeightException>(() => Open(content));
        Assert.Equal(PathOf("weights"), exception.Path);
        return exception.Message;
    }

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }
}
