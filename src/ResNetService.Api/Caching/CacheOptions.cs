using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ResNetService.Api.Caching;

/// <summary>Whether answers are kept and given again. Configuration section <c>Cache</c>.</summary>
internal sealed class CacheOptions
{
    public const string Section = "Cache";

    /// <summary>Whether <see href="#keeping-answers">the answer for an image is kept</see> and given again, without a decode and a run. It pays where the same files come again.</summary>
    public bool Enabled { get; set; }

    /// <summary>How long an answer is kept. A model that is replaced, by another version or in place, has other answers at once, whatever this says.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00", ErrorMessage = Section + ":Expiration must be {1} to {2}.")]
    public TimeSpan Expiration { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Bytes of answers that this process keeps; where there are more, those go that were asked for longest ago.</summary>
    [Range(1_000_000, 100_000_000_000, ErrorMessage = Section + ":MaxBytes must be {1} to {2}.")]
    public long MaxBytes { get; set; } = 100_000_000;

    /// <summary>A Redis server that replicas of the service share, as StackExchange.Redis's configuration string: <c>redis:6379,password=…</c>. One that cannot be reached costs hits, never answers.</summary>
    /// <value>none: this process's memory alone</value>
    public string? Redis { get; set; }
}

internal sealed class CacheOptionsValidator : IValidateOptions<CacheOptions>
{
    public ValidateOptionsResult Validate(string? name, CacheOptions options) =>
        options is { Enabled: true, Redis: { Length: > 0 } redis } && RedisConnection.FaultOf(redis) is { } fault
            ? ValidateOptionsResult.Fail($"{CacheOptions.Section}:Redis {fault}; it would be right as host:port, with options behind commas: redis:6379,password=…. A password with a comma cannot be in it.")
            : ValidateOptionsResult.Success;
}
