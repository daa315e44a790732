namespace ResNetService.Inference.Errors;

/// <summary>Everything that can keep a request or one of its images from an answer. Each protocol translates it once.</summary>
public enum ErrorCode
{
    /// <summary>The request contradicts itself or asks for what cannot be (topK out of range).</summary>
    InvalidRequest,
    UnknownModel,
    UnsupportedImage,
    CorruptImage,
    TooManyBytes,
    TooManyPixels,
    /// <summary>The model's queue is full; <see cref="ServiceError.RetryAfter"/> says when to come again.</summary>
    QueueFull,
    /// <summary>The model is not loaded, or the service is stopping.</summary>
    NotReady,
    /// <summary>The time that the caller gave, or that the service gives any caller, was over before the answer was there.</summary>
    DeadlineExceeded,
    /// <summary>The run failed for reasons of ours; the detail says no more than that.</summary>
    Internal,
}

/// <param name="Code">Stable; a protocol maps it to its own status.</param>
/// <param name="Detail">What is wrong and what would be right, for the caller.</param>
/// <param name="RetryAfter">For <see cref="ErrorCode.QueueFull"/> and <see cref="ErrorCode.NotReady"/>: when a retry makes sense.</param>
public sealed record ServiceError(ErrorCode Code, string Detail, TimeSpan? RetryAfter = null);

/// <summary>A whole request has no answer. An error of a single image travels in its result instead.</summary>
public sealed class ServiceException(ServiceError error, Exception? innerException = null)
    : Exception(error.Detail, innerException)
{
    public ServiceError Error { get; } = error;
}
