using System.ComponentModel.DataAnnotations;

namespace ResNetService.Api.Security.Limits;

/// <summary>What one client may ask. Configuration section <c>RateLimits</c>.</summary>
internal sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    /// <summary>Requests that <see href="security.md#limits-per-client">one client</see> may send in a minute, in the mean. Health, the figures, the page and Swagger are not counted.</summary>
    /// <value>no limit</value>
    [Range(0, 1_000_000, ErrorMessage = Section + ":RequestsPerMinute must be {1} to {2}.")]
    public int RequestsPerMinute { get; set; }

    /// <summary>Requests that it may send at once, after a pause.</summary>
    /// <value>as many as in a minute</value>
    [Range(0, 1_000_000, ErrorMessage = Section + ":RequestBurst must be {1} to {2}.")]
    public int RequestBurst { get; set; }

    /// <summary>Images, as files or as tensors, that one client may send in a minute, in the mean, in however many requests.</summary>
    /// <value>no limit</value>
    [Range(0, 10_000_000, ErrorMessage = Section + ":ImagesPerMinute must be {1} to {2}.")]
    public int ImagesPerMinute { get; set; }

    /// <summary>Images that it may send at once, after a pause: the most of one request.</summary>
    /// <value>as many as in a minute</value>
    [Range(0, 10_000_000, ErrorMessage = Section + ":ImageBurst must be {1} to {2}.")]
    public int ImageBurst { get; set; }
}
