using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Caching;

/// <summary>Answers the images of a request that are known, and has the core compute the others together.</summary>
internal sealed class CachedAnswers(AnswerCache cache, IModelCatalog catalog, TimeProvider time)
{
    /// <param name="kind">What is asked, with its parameters.</param>
    /// <param name="deadline">From now on; null for none.</param>
    /// <param name="compute">Asks the core about the images that are not known, of this very version, within what is left of the deadline.</param>
    /// <returns>One result an image, in order; timings are those of the images that were computed, and of the whole; no tag where an image has an error.</returns>
    public async Task<(ServedModel Model, IReadOnlyList<T> Results, StageTimings Timings, string? Tag)> GetAsync<T>(
        string kind,
        ModelChoice model,
        IReadOnlyList<EncodedImage> images,
        TimeSpan? deadline,
        Func<IReadOnlyList<EncodedImage>, ModelLease, TimeSpan?, Task<(IReadOnlyList<T> Results, StageTimings Timings)>> compute,
        CancellationToken cancellationToken)
        where T : ImageAnswer
    {
        var start = time.GetTimestamp();
        using var own = model.Lease is null ? await catalog.AcquireAsync(model.Reference, deadline, cancellationToken) : null;
        var lease = model.Lease ?? own!;
        var served = lease.Model;
        string[] keys = [.. images.Select(image => cache.KeyOf(kind, served, image.Data.Span))];
        var results = await Task.WhenAll(keys.Select(key => cache.FindAsync<T>(key, cancellationToken)));

        int[] unknown = [.. Enumerable.Range(0, images.Count).Where(i => results[i] is null)];
        var timings = new StageTimings(default, default, default, default);
        if (unknown.Length > 0 || images.Count == 0)
        {
            (var computed, timings) = await compute([.. unknown.Select(i => images[i])], lease, deadline - time.GetElapsedTime(start));
            for (var i = 0; i < unknown.Length; i++)
                results[unknown[i]] = computed[i];
            await Task.WhenAll(unknown.Select(i => cache.KeepAsync(keys[i], results[i]!, cancellationToken)));
        }

        return (served, [.. results.Select((result, i) => (T)((ImageAnswer)result! with { Name = images[i].Name }))], timings with { Total = time.GetElapsedTime(start) }, results.All(result => result!.Error is null) ? TagOf(keys) : null);
    }

    private static string TagOf(IEnumerable<string> keys) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join(' ', keys))).AsSpan(0, 16));
}
