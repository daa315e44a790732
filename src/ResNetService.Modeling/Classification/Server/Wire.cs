using ResNetService.Inference.Classification;

namespace ResNetService.Modeling.Classification.Server;

// What this command reads of the service's replies; docs/api.md describes them in full.

/// <summary><c>POST /classify</c></summary>
internal sealed record ClassifyReply(IReadOnlyList<ClassifyReply.Result> Results)
{
    internal sealed record Result(int Width, int Height, IReadOnlyList<Prediction> Predictions);
}

/// <summary><c>GET /models</c></summary>
internal sealed record ModelList(IReadOnlyList<ModelList.Entry> Models)
{
    internal sealed record Entry(string Name, string Version, bool IsDefault)
    {
        public string Reference => $"{Name}:{Version}";
    }
}

/// <summary><c>GET /models/{name}</c></summary>
/// <param name="Provider">Null, as the next ones, where the model does not serve.</param>
internal sealed record ModelReply(
    string Name, string Version, string State, string? Provider, string? Precision, IReadOnlyList<string> Faults, IReadOnlyList<ModelReply.Label>? Labels)
{
    internal sealed record Label(string Name);
}

/// <summary>Every reply of status 400 and above, and of servers between that speak RFC 9457.</summary>
internal sealed record Problem(string? Type = null, string? Title = null, string? Detail = null)
{
    public bool IsOfTheService => Type?.StartsWith("urn:resnetservice:problem:", StringComparison.Ordinal) == true;
}
