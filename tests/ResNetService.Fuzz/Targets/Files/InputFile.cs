namespace ResNetService.Fuzz.Targets.Files;

/// <summary>A file for readers that want a path, alone in a folder.</summary>
internal sealed class InputFile : IDisposable
{
    public const string Name = "input";

    /// <summary>In memory, where a system has such files: disks are slow, and wear.</summary>
    private const string Memory = "/dev/shm";

    private readonly DirectoryInfo _folder = Directory.CreateDirectory(System.IO.Path.Combine(Directory.Exists(Memory) ? Memory : System.IO.Path.GetTempPath(), $"resnet-fuzz-{Guid.NewGuid():N}"));

    public string Path => System.IO.Path.Combine(_folder.FullName, Name);

    public string With(byte[] content)
    {
        File.WriteAllBytes(Path, content);
        return Path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
