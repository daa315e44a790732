namespace ResNetService.EndToEnd.Tests.Architecture;

/// <summary>
/// Which project may use which, as docs/architecture.md draws it: a project may use anything below it, nothing beside or above.
/// A project of src/ that is not here has no place in the house yet.
/// </summary>
internal static class Arrows
{
    public static IReadOnlyDictionary<string, string[]> Allowed { get; } = new Dictionary<string, string[]>
    {
        ["ResNetService.ModelFormat"] = [],
        ["ResNetService.Imaging"] = ["ResNetService.ModelFormat"],
        ["ResNetService.Inference"] = ["ResNetService.Imaging", "ResNetService.ModelFormat"],
        ["ResNetService.Api"] = ["ResNetService.Inference", "ResNetService.Imaging", "ResNetService.ModelFormat"],
        ["ResNetService.Modeling"] = ["ResNetService.Inference", "ResNetService.Imaging", "ResNetService.ModelFormat"],
    };

    public static string AssemblyOf(string project) => project == "ResNetService.Modeling" ? "resnet" : project;
}

/// <summary>A dependency that few namespaces keep to themselves.</summary>
/// <param name="Prefix">What the names of its packages and assemblies begin with.</param>
/// <param name="Places">Where it may be used: projects, or namespaces of them.</param>
internal sealed record Confined(string Prefix, params string[] Places)
{
    public static IReadOnlyList<Confined> All { get; } =
    [
        new("NetVips", "ResNetService.Imaging"),
        new("Microsoft.ML.OnnxRuntime", "ResNetService.Inference.Execution"),
        new("TorchSharp", "ResNetService.Modeling"),
        new("libtorch", "ResNetService.Modeling"),
        // The service looks into a graph for two things: how its logits come of its features, and which weights lie beside it.
        new("Google.Protobuf", "ResNetService.Modeling", "ResNetService.Inference.Explanation", "ResNetService.Inference.Execution.Native", "ResNetService.Api.OpenInference"),
        new("Microsoft.AspNetCore", "ResNetService.Api"),
        new("Serilog", "ResNetService.Api"),
        new("Grpc.AspNetCore", "ResNetService.Api.OpenInference"),
        new("Grpc.Core", "ResNetService.Api.OpenInference"),
        // What measures knows nothing of who collects: the core has the runtime's own meters and activities.
        new("OpenTelemetry", "ResNetService.Api.Telemetry"),
        new("Swashbuckle", "ResNetService.Api"),
        new("Microsoft.IdentityModel", "ResNetService.Api.Security.Tokens"),
    ];

    /// <summary>Whether the project has a place where the dependency may be used.</summary>
    public bool Admits(string project) => Places.Any(place => place == project || place.StartsWith(project + ".", StringComparison.Ordinal));

    public bool Covers(string name) => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);
}
