namespace ResNetService.Modeling.Tests.Training;

/// <summary>An empty directory that is deleted with its content.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("resnet-training-").FullName;

    /// <summary>Writes a file and the directories on the way to it.</summary>
    public void Write(string relativePath, byte[]? content = null)
    {
        var path = System.IO.Path.Combine(Path, relativePath);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content ?? []);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
