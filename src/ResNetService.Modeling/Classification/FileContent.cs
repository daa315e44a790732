using System.Globalization;

namespace ResNetService.Modeling.Classification;

/// <summary>Reads files to be classified. What keeps one from that is an error of this file, as a damaged image is.</summary>
internal static class FileContent
{
    /// <param name="mostBytes">What has more is refused before any of it is in memory.</param>
    /// <returns>One byte or more.</returns>
    /// <exception cref="FileContentException">The file is absent, empty or too large, or cannot be read.</exception>
    public static async Task<byte[]> ReadAsync(string path, long mostBytes, CancellationToken cancellationToken)
    {
        try
        {
            // Asked for before the file is opened: to open a pipe waits for whoever writes it. What is no regular file has the length 0.
            var length = LengthOf(new(path));
            if (length > mostBytes)
                throw new FileContentException(string.Create(CultureInfo.InvariantCulture, $"The file has {length:N0} bytes; the limit is {mostBytes:N0}."));
            var content = length > 0 ? await File.ReadAllBytesAsync(path, cancellationToken) : [];
            return content.Length > 0 ? content : throw new FileContentException("The file is empty, or no regular file.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileContentException($"The file cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Of what a link leads to: its own length is that of a path.</summary>
    private static long LengthOf(FileInfo file) => ((FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true) ?? file).Length;
}

/// <summary>One file cannot be classified, whoever is asked; the message is its result's error.</summary>
internal sealed class FileContentException(string message, Exception? innerException = null) : Exception(message, innerException);
