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

/// <summary>A dependency that one project, or one namespace of it, keeps to itself.</summary>
/// <param name="Prefix">What the names of its packages and assemblies begin with.</param>
/// <param name="Project">Who may use it.</param>
/// <param name="Namespace">Where in that project.</param>
internal sealed record Confined(string Prefix, string Project, string Namespace)
{
    public static IReadOnlyList<Confined> All { get; } =
    [
        new("NetVips", "ResNetService.Imaging", "ResNetService.Imaging"),
        new("Microsoft.ML.OnnxRuntime", "ResNetService.Inference", "ResNetService.Inference.Execution"),
        new("TorchSharp", "ResNetService.Modeling", "ResNetService.Modeling"),
        new("libtorch", "ResNetService.Modeling", "ResNetService.Modeling"),
        new("Google.Protobuf", "ResNetService.Modeling", "ResNetService.Modeling"),
        new("Microsoft.AspNetCore", "ResNetService.Api", "ResNetService.Api"),
        new("Serilog", "ResNetService.Api", "ResNetService.Api"),
        new("Swashbuckle", "ResNetService.Api", "ResNetService.Api"),
    ];

    public bool Covers(string name) => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);
}
