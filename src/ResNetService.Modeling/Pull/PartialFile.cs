using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace ResNetService.Modeling.Pull;

/// <summary>
/// A file on its way: <c>FILE.part</c>, and in <c>FILE.part.etag</c> the server's name for the version that it is the beginning of.
/// It outlives its process as long as a later one can go on with it, and no two processes write it at once.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private readonly string _path;
    private readonly FileStream _content;
    private bool _isComplete;

    private PartialFile(string path, FileStream content) => (_path, _content) = (path, content);

    public long Length => _content.Length;

    /// <summary>A strong ETag in its quotes; null where the server gives none, and then nobody can go on with the file.</summary>
    public string? ETag { get; private set; }

    private string ETagPath => _path + ".part.etag";

    /// <param name="path">Of the finished file; its folder exists.</param>
    /// <exception cref="IOException">Another process downloads the same file, or the folder cannot be written to.</exception>
    public static PartialFile Open(string path)
    {
        var file = new PartialFile(path, new FileStream(path + ".part", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        try
        {
            file.ETag = file.ReadETag();
            if (file.ETag is null)
                file.Restart(null);
            file._content.Position = file.Length;
            return file;
        }
        catch
        {
            file._content.Dispose();
            throw;
        }
    }

    /// <summary>Forgets what is there, for the version of that name.</summary>
    public void Restart(string? etag)
    {
        _content.SetLength(0);
        ETag = etag;
        if (etag is null)
            File.Delete(ETagPath);
        else
            File.WriteAllText(ETagPath, etag);
    }

    public void Append(ReadOnlySpan<byte> bytes) => _content.Write(bytes);

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public async Task<string> Sha256Async(CancellationToken cancellationToken)
    {
        _content.Position = 0;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(_content, cancellationToken));
    }

    /// <summary>Gives the file its name.</summary>
    public void Complete()
    {
        _content.Dispose();
        File.Move(_content.Name, _path, overwrite: true);
        File.Delete(ETagPath);
        _isComplete = true;
    }

    /// <summary>Keeps what a later attempt can go on with.</summary>
    public void Dispose()
    {
        if (_isComplete)
            return;
        var isUseless = ETag is null || Length == 0;
        _content.Dispose();
        if (!isUseless)
            return;
        File.Delete(_content.Name);
        File.Delete(ETagPath);
    }

    private string? ReadETag() =>
        File.Exists(ETagPath) && EntityTagHeaderValue.TryParse(File.ReadAllText(ETagPath), out var etag) && !etag.IsWeak ? etag.Tag : null;
}
