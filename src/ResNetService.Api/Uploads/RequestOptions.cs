using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ResNetService.Api.Uploads;

/// <summary>What requests may bring. Configuration section <c>Requests</c>; the size of an image is <c>Imaging:MaxBytes</c>.</summary>
internal sealed class RequestOptions
{
    public const string Section = "Requests";

    /// <summary>No configuration allows more images in a request.</summary>
    public const int MostImages = 10_000;

    /// <summary>Bytes of a request body as sent: base64 counts in its own length. A body is held in memory until its answer begins. The outputs of an answer of the Open Inference Protocol have as many at most.</summary>
    [Range(1_000, 2_000_000_000, ErrorMessage = Section + ":MaxBytes must be {1} to {2}.")]
    public int MaxBytes { get; set; } = 64_000_000;

    /// <summary>Bytes of the bodies of all requests that are held at once, none fewer than <see cref="MaxBytes"/>. Where there is no room, a request is refused with 503 and a <c>Retry-After</c>, while its body is read or before.</summary>
    /// <value>a quarter of the memory that the process may use</value>
    [Range(0, long.MaxValue, ErrorMessage = Section + ":MaxBytesHeld must be 0 or more.")]
    public long MaxBytesHeld { get; set; }

    /// <summary>Images of one request: so many places of the queue one caller can take at once.</summary>
    [Range(1, MostImages, ErrorMessage = Section + ":MaxImages must be {1} to {2}.")]
    public int MaxImages { get; set; } = 256;

    /// <summary>The longest from the head of a request to its answer; a caller may give less by <c>X-Deadline-Ms</c>. What is not answered by then is not computed any more.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00", ErrorMessage = Section + ":MaxDeadline must be {1} to {2}.")]
    public TimeSpan MaxDeadline { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest that a caller may take over its answer, from its first byte; then its connection is ended, or over HTTP/2 its call. A minute is enough for 6 MB at 100 kB a second.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = Section + ":MaxAnswerTime must be {1} to {2}.")]
    public TimeSpan MaxAnswerTime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Open connections; further ones are closed. Each may hold a megabyte that nobody has read yet, beside <see cref="MaxBytesHeld"/>; one of HTTP/2, as gRPC has, may carry 16 requests at once.</summary>
    [Range(1, 100_000, ErrorMessage = Section + ":MaxConnections must be {1} to {2}.")]
    public int MaxConnections { get; set; } = 1000;

    /// <summary><see cref="MaxBytesHeld"/>, or what 0 stands for.</summary>
    internal long MostBytesHeld => MaxBytesHeld > 0 ? MaxBytesHeld : Math.Max(MaxBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);
}

internal sealed class RequestOptionsValidator : IValidateOptions<RequestOptions>
{
    public ValidateOptionsResult Validate(string? name, RequestOptions options) => options.MaxBytesHeld > 0 && options.MaxBytesHeld < options.MaxBytes
        ? ValidateOptionsResult.Fail($"{RequestOptions.Section}:MaxBytesHeld is {options.MaxBytesHeld}, and one request may have {options.MaxBytes}: make it as large as {RequestOptions.Section}:MaxBytes at least, or 0.")
        : ValidateOptionsResult.Success;
}

/// <summary>What a body is held to while it is read.</summary>
internal sealed record BodyLimits(int MaxImages, int MaxImageBytes);
