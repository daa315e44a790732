using System.Buffers.Text;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Options;
using ResNetService.Inference;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Caching;

/// <summary>
/// Answers for single images by everything that decides them: the image's bytes, the model's files, on what it runs, how images are read, and the
/// parameters. Errors are not kept.
/// </summary>
internal sealed class AnswerCache
{
    /// <summary>Of what is stored: raised when an answer of an older release must not be read as one of this.</summary>
    private const int Format = 1;

    /// <summary>
    /// Two callers who ask for the same at once have it computed twice. If one computed it for both, the other's answer would hang on its memory, deadline
    /// and connection.
    /// </summary>
    private static readonly HybridCacheEntryOptions OnlyLook = new() { Flags = HybridCacheEntryFlags.DisableUnderlyingData };

    private readonly HybridCache _cache;
    private readonly ILogger<AnswerCache> _log;
    private readonly HybridCacheEntryOptions _keep;
    private readonly string _imaging;
    private readonly Counter<long> _lookups;
    private long _hits, _misses;

    public AnswerCache(HybridCache cache, IOptions<CacheOptions> options, IOptions<ImagingOptions> imaging, IMeterFactory meters, ILogger<AnswerCache> log)
    {
        (_cache, _log) = (cache, log);
        _keep = new() { Expiration = options.Value.Expiration, LocalCacheExpiration = options.Value.Expiration };
        _imaging = $"{imaging.Value.ApplyOrientation} {imaging.Value.Background.ToUpperInvariant()} {imaging.Value.FastDecode}";
        _lookups = meters.Create("ResNetService.Cache").CreateCounter<long>(
            "resnet.cache.lookups", "{image}", "Images that were looked for among the kept answers, by result: hit or miss.");
    }

    /// <summary>Lookups since the start that found an answer, and that did not.</summary>
    public (long Hits, long Misses) Lookups => (Interlocked.Read(ref _hits), Interlocked.Read(ref _misses));

    /// <param name="kind">What is asked, with its parameters.</param>
    public string KeyOf(string kind, ServedModel model, ReadOnlySpan<byte> image)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{Format}|{kind}|{model.Name}:{model.Version}|{model.Digest}|{model.Execution.Provider}|{_imaging}|"));
        hash.AppendData(image);
        return "resnet:" + Base64Url.EncodeToString(hash.GetHashAndReset());
    }

    /// <returns>Null where no answer is kept.</returns>
    public async Task<T?> FindAsync<T>(string key, CancellationToken cancellationToken)
        where T : ImageAnswer
    {
        var kept = await _cache.GetOrCreateAsync(key, static _ => ValueTask.FromResult<T?>(null), OnlyLook, cancellationToken: cancellationToken);
        Interlocked.Increment(ref kept is not null ? ref _hits : ref _misses);
        _lookups.Add(1, new KeyValuePair<string, object?>("result", kept is not null ? "hit" : "miss"));
        return kept;
    }

    /// <summary>Under no name: the next caller may call the same image otherwise.</summary>
    public async Task KeepAsync<T>(string key, T answer, CancellationToken cancellationToken)
        where T : ImageAnswer
    {
        if (answer.Error is not null)
            return;
        try
        {
            await _cache.SetAsync(key, (T)((ImageAnswer)answer with { Name = null }), _keep, cancellationToken: cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The answer is there; that a server which was to keep it is not must not take it away.
            _log.NotKept(e);
        }
    }
}
