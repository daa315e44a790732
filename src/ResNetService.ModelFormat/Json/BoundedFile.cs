using System.Text.Unicode;

namespace ResNetService.ModelFormat.Json;

/// <summary>Reads a small text file of unknown origin, whole, without trusting its length.</summary>
internal static class BoundedFile
{
    /// <summary>Room for 100,000 labels; a manifest with ImageNet's 1000 has about 60 kB.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    /// <exception cref="ManifestException">The file is absent, unreadable or larger than <see cref="MaxBytes"/>.</exception>
    public static byte[] Read(string path, FaultList faults)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            if (stream.CanSeek && stream.Length > MaxBytes)
                throw TooLarge(faults);

            using var content = new MemoryStream();
            var buffer = new byte[64 * 1024];
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                if (content.Length + read > MaxBytes)
                    throw TooLarge(faults);
                content.Write(buffer, 0, read);
            }

            return content.ToArray();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw faults.Stop("", null, "does not exist");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw faults.Stop("", null, $"cannot be read: {e.Message}");
        }
    }

    /// <summary>The bytes without a byte order mark, checked to be UTF-8.</summary>
    /// <exception cref="ManifestException">The bytes are too many, or not UTF-8.</exception>
    public static ReadOnlyMemory<byte> RequireUtf8(ReadOnlyMemory<byte> bytes, FaultList faults)
    {
        if (bytes.Length > MaxBytes)
            throw TooLarge(faults);
        if (!Utf8.IsValid(bytes.Span))
            throw faults.Stop("", null, "is not UTF-8 text; save it as UTF-8");

        return bytes.Span.StartsWith(Utf8Mark) ? bytes[Utf8Mark.Length..] : bytes;
    }

    private static ManifestException TooLarge(FaultList faults) =>
        faults.Stop("", null, $"is larger than {MaxBytes} bytes, the most that is read");
}
