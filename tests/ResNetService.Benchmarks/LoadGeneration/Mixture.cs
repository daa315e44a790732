namespace ResNetService.Benchmarks.LoadGeneration;

/// <summary>So many photographs among so many requests, as evenly as whole numbers allow.</summary>
internal readonly record struct Mixture(int Requests, int Photographs)
{
    public bool IsPhotograph(int request) => Share(request + 1) > Share(request);

    /// <summary>Photographs among the first so many requests.</summary>
    private long Share(int requests) => (long)requests * Photographs / Requests;
}
