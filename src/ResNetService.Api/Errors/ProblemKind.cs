using ResNetService.Inference.Errors;

namespace ResNetService.Api.Errors;

/// <summary>One row of the table of everything that a caller may be told. <see cref="Type"/> is stable; prose may change.</summary>
internal sealed record ProblemKind(string Name, int Status, string Title)
{
    /// <summary>As measurements have it.</summary>
    public string Reason { get; } = Name.Replace('-', '_');

    public string Type => $"urn:resnetservice:problem:{Name}";

    public static readonly ProblemKind InvalidRequest = new("invalid-request", 400, "The request, or an image in it, is not valid");
    public static readonly ProblemKind Unauthenticated = new("unauthenticated", 401, "The service does not know who calls");
    public static readonly ProblemKind Forbidden = new("forbidden", 403, "The caller may not do this");
    public static readonly ProblemKind UnknownModel = new("unknown-model", 404, "There is no such model");
    public static readonly ProblemKind UnknownRoute = new("unknown-route", 404, "There is nothing at this address");
    public static readonly ProblemKind MethodNotAllowed = new("method-not-allowed", 405, "This address does not take this method");
    public static readonly ProblemKind RequestTimeout = new("request-timeout", 408, "The request body came too slowly");
    public static readonly ProblemKind TooManyBytes = new("too-many-bytes", 413, "The request or an image has too many bytes");
    public static readonly ProblemKind TooManyPixels = new("too-many-pixels", 413, "The image has too many pixels");
    public static readonly ProblemKind UnsupportedMediaType = new("unsupported-media-type", 415, "The request body is of a type that is not accepted");
    public static readonly ProblemKind UnsupportedImage = new("unsupported-image", 415, "The image is of a format that is not accepted");
    public static readonly ProblemKind CorruptImage = new("corrupt-image", 422, "The image cannot be decoded");
    public static readonly ProblemKind NoImageClassified = new("no-image-classified", 422, "None of the images could be classified");
    public static readonly ProblemKind QueueFull = new("queue-full", 429, "The model has more work than it may queue");
    public static readonly ProblemKind RateLimited = new("rate-limited", 429, "The caller has asked more than it may");
    public static readonly ProblemKind Internal = new("internal", 500, "The service failed");
    public static readonly ProblemKind IdentityUnavailable = new("identity-unavailable", 503, "The service cannot find out now who calls");
    public static readonly ProblemKind MemoryFull = new("memory-full", 503, "The service holds as many bytes of requests as it may");
    public static readonly ProblemKind NotReady = new("not-ready", 503, "The model is not ready");
    public static readonly ProblemKind DeadlineExceeded = new("deadline-exceeded", 504, "The time for an answer was over before it was there");

    /// <summary>By status; of one status, the most frequent first.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } =
    [
        InvalidRequest, Unauthenticated, Forbidden, UnknownModel, UnknownRoute, MethodNotAllowed, RequestTimeout, TooManyBytes, TooManyPixels, UnsupportedImage, UnsupportedMediaType,
        CorruptImage, NoImageClassified, QueueFull, RateLimited, Internal, NotReady, MemoryFull, IdentityUnavailable, DeadlineExceeded,
    ];

    public static ProblemKind Of(ErrorCode code) => code switch
    {
        ErrorCode.InvalidRequest => InvalidRequest,
        ErrorCode.UnknownModel => UnknownModel,
        ErrorCode.UnsupportedImage => UnsupportedImage,
        ErrorCode.CorruptImage => CorruptImage,
        ErrorCode.TooManyBytes => TooManyBytes,
        ErrorCode.TooManyPixels => TooManyPixels,
        ErrorCode.QueueFull => QueueFull,
        ErrorCode.NotReady => NotReady,
        ErrorCode.DeadlineExceeded => DeadlineExceeded,
        _ => Internal,
    };

    /// <summary>For a status that the framework chose.</summary>
    public static ProblemKind Of(int status) => status switch
    {
        404 => UnknownRoute,
        405 => MethodNotAllowed,
        408 => RequestTimeout,
        413 => TooManyBytes,
        415 => UnsupportedMediaType,
        503 => NotReady,
        >= 400 and < 500 => InvalidRequest with { Status = status },
        _ => Internal,
    };
}
