using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Models;

/// <param name="Stamp">Of its files.</param>
/// <param name="IsSettled">Whether they have been the same for a while: whoever writes them has done so.</param>
internal sealed record SeenModel(ModelCandidate Candidate, string Stamp, bool IsSettled);

/// <summary>The models in a folder, look by look. What changes is settled when two looks of one series see the same, and are not too near each other.</summary>
internal sealed class RepositoryFolder(string path, TimeProvider time)
{
    /// <summary>Between two looks at files that are being written.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private Dictionary<string, (string Stamp, long Since)> _seen = [];

    public string Path => path;

    /// <param name="interval">Of looks. Two that are nearer than half of it, or of <see cref="Settling"/>, were asked for by others, such as new options, and tell nothing.</param>
    /// <param name="trust">Whether to take all files for complete, although nobody has seen them before.</param>
    /// <exception cref="IOException">The folder cannot be looked at; so with <see cref="UnauthorizedAccessException"/>.</exception>
    public IReadOnlyList<SeenModel> Look(TimeSpan interval, bool trust = false)
    {
        var (now, apart) = (time.GetTimestamp(), (interval > TimeSpan.Zero && interval < Settling ? interval : Settling) / 2);
        var seen = new Dictionary<string, (string Stamp, long Since)>();
        var models = new List<SeenModel>();
        // A model that is there twice has one reference, and a fault.
        foreach (var candidate in ModelScan.Run(path).DistinctBy(candidate => candidate.Reference))
        {
            var stamp = StampOf(candidate);
            var isSame = _seen.TryGetValue(candidate.Reference, out var before) && before.Stamp == stamp;
            seen.Add(candidate.Reference, isSame ? before : (stamp, now));
            models.Add(new(candidate, stamp, trust || (isSame && time.GetElapsedTime(before.Since, now) >= apart)));
        }

        _seen = seen;
        return models;
    }

    /// <summary>A directory that goes away under the look has another stamp at the next.</summary>
    public static string StampOf(ModelCandidate candidate)
    {
        try
        {
            return candidate.Files.Stamp();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message.Shortened();
        }
    }
}
