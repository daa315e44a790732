namespace ResNetService.Modeling.Pull;

/// <summary>A file cannot be had, or is not what was published; the message says why and what would help.</summary>
internal sealed class DownloadException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>One attempt ended early, and another may go on.</summary>
/// <param name="problem">Of the server or the connection, as the end of a sentence about it.</param>
/// <param name="retryAfter">When the server wants to be asked again.</param>
internal sealed class InterruptedException(string problem, TimeSpan? retryAfter = null, Exception? innerException = null) : Exception(problem, innerException)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
