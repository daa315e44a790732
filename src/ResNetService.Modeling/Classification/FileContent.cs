namespace ResNetService.Modeling.Classification;

/// <summary>Reads files to be classified. What keeps one from that is an error of this file, as a damaged image is.</summary>
internal static class FileContent
{
    /// <returns>One byte or more.</returns>
    /// <exception cref="FileContentException">The file is absent or empty, or cannot be read.</exception>
    public static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancellationToken) is { Length: > 0 } content ? content : throw new FileContentException("The file is empty.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileContentException($"The file cannot be read: {e.Message}", e);
        }
    }
}

/// <summary>One file cannot be classified, whoever is asked; the message is its result's error.</summary>
internal sealed class FileContentException(string message, Exception? innerException = null) : Exception(message, innerException);
