using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace ResNetService.Modeling.Weights;

/// <summary>
/// The bytes of a weight file, read by position straight into the caller's memory. A memory map would be no faster, and a file
/// that shrinks under it would kill the process where this gives an error.
/// </summary>
internal sealed class SourceFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private SourceFile(string path, SafeFileHandle handle, long length)
    {
        Path = path;
        _handle = handle;
        Length = length;
    }

    public string Path { get; }

    /// <summary>In bytes, when the file was opened.</summary>
    public long Length { get; }

    public static SourceFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
            return new SourceFile(path, handle, RandomAccess.GetLength(handle));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            handle?.Dispose();
            throw new WeightException(path, e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : "cannot be opened: " + e.Message, e);
        }
    }

    /// <summary>Fills <paramref name="destination"/> with the bytes from <paramref name="offset"/> on.</summary>
    /// <exception cref="WeightException">The file does not reach that far, or the disk failed.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset > Length - destination.Length)
            throw Fault($"is truncated: bytes {offset} to {unchecked((ulong)offset + (ulong)destination.Length)} are needed, and the file has {Length}");

        while (!destination.IsEmpty)
        {
            int read;
            try
            {
                read = RandomAccess.Read(_handle, destination, offset);
            }
            catch (IOException e)
            {
                throw Fault("cannot be read: " + e.Message, e);
            }

            if (read == 0)
                throw Fault($"was shortened to {offset} bytes while it was being read");
            destination = destination[read..];
            offset += read;
        }
    }

    /// <summary>The digest of the whole file as 64 lower-case hexadecimal digits.</summary>
    public string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        for (var offset = 0L; offset < Length; offset += buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, Length - offset));
            Read(offset, part);
            hash.AppendData(part);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public WeightException Fault(string problem, Exception? cause = null) => new(Path, problem, cause);

    public void Dispose() => _handle.Dispose();
}
