namespace ResNetService.Fuzz.Targets.Files;

/// <summary>A file for readers that want a path.</summary>
internal sealed class InputFile : IDisposable
{
    /// <summary>In memory, where a system has such files: disks are slow, and wear.</summary>
    private const string Memory = "/dev/shm";

    public string Path { get; } = System.IO.Path.Combine(Directory.Exists(Memory) ? Memory : System.IO.Path.GetTempPath(), $"resnet-fuzz-{Guid.NewGuid():N}");

    public string With(byte[] content)
    {
        File.WriteAllBytes(Path, content);
        return Path;
    }

    public void Dispose() => File.Delete(Path);
}
