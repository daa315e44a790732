namespace ResNetService.Modeling.Classification;

/// <summary>Reads files to be classified. What keeps one from that is an error of this file, as a damaged image is.</summary>
internal static class FileContent
{
    /// <returns>At its beginning, with one byte or more.</returns>
    /// <exception cref="FileContentException">It is absent, empty, or may not be read.</exception>
    public static FileStream Open(string path)
    {
        FileStream content;
        try
        {
            content = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e);
        }

        if (content.Length > 0)
            return content;
        content.Dispose();
        throw new FileContentException("The file is empty.");
    }

    /// <summary>All of it.</summary>
    /// <exception cref="FileContentException">It is absent, empty, too large for memory, or may not be read.</exception>
    public static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var content = Open(path);
        if (content.Length > Array.MaxLength)
            throw new FileContentException($"The file has {content.Length} bytes, more than any image.");
        try
        {
            var bytes = new byte[content.Length];
            await content.ReadExactlyAsync(bytes, cancellationToken);
            return bytes;
        }
        catch (IOException e)
        {
            throw Unreadable(e);
        }
    }

    private static FileContentException Unreadable(Exception e) => new($"The file cannot be read: {e.Message}", e);
}

/// <summary>One file cannot be classified, whoever is asked; the message is its result's error.</summary>
internal sealed class FileContentException(string message, Exception? innerException = null) : Exception(message, innerException);
