using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Models;

/// <param name="Stamp">Of its files.</param>
/// <param name="IsSettled">Whether they were the same at the last look: whoever writes them has done so.</param>
internal sealed record SeenModel(ModelCandidate Candidate, string Stamp, bool IsSettled);

/// <summary>The models in a folder, look by look. What changes is settled when two looks of one series see the same.</summary>
internal sealed class RepositoryFolder(string path)
{
    /// <summary>Between two looks at files that are being written.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private Dictionary<string, string> _stamps = [];

    public string Path => path;

    /// <param name="trust">Whether to take all files for complete, although nobody has seen them before.</param>
    /// <exception cref="IOException">The folder cannot be looked at; so with <see cref="UnauthorizedAccessException"/>.</exception>
    public IReadOnlyList<SeenModel> Look(bool trust)
    {
        var seen = ModelScan.Run(path).Select(candidate =>
        {
            var stamp = StampOf(candidate);
            return new SeenModel(candidate, stamp, trust || _stamps.GetValueOrDefault(candidate.Reference) == stamp);
        }).ToArray();
        // A model that is there twice has one reference, and a fault.
        _stamps = seen.DistinctBy(model => model.Candidate.Reference).ToDictionary(model => model.Candidate.Reference, model => model.Stamp);
        return [.. seen.DistinctBy(model => model.Candidate.Reference)];
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
