using System.IO.MemoryMappedFiles;

namespace ResNetService.Fuzz.Campaigns;

/// <summary>The input that is being run, in a file that outlives a process which a decoder brings down.</summary>
internal sealed class LastInput : IDisposable
{
    private const int Size = 1024 * 1024;

    private readonly string _path;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public LastInput(string folder, string target)
    {
        Directory.CreateDirectory(folder);
        _path = Path.Combine(folder, $"{target}-running.bin");
        _file = MemoryMappedFile.CreateFromFile(_path, FileMode.Create, null, Size);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>Its length, 4 bytes, and the input.</summary>
    public void Set(byte[] input)
    {
        _view.Write(0, input.Length);
        _view.WriteArray(sizeof(int), input, 0, input.Length);
    }

    /// <summary>Whoever comes here in order needs it no more.</summary>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
        File.Delete(_path);
    }
}
