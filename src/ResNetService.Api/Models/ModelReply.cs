using ResNetService.Api.Classify;
using ResNetService.Api.Embed;
using ResNetService.Api.Explain;
using ResNetService.Inference.Models;
using ResNetService.ModelFormat;

namespace ResNetService.Api.Models;

/// <summary>A model of the repository, valid or not.</summary>
/// <param name="IsDefault">It answers requests that name no model.</param>
/// <param name="Aliases">Other names by which requests may call it.</param>
/// <param name="Provider">On what it runs, <c>cpu</c> or <c>cuda</c>; null, like the next two, where it does not serve.</param>
/// <param name="Capabilities">The routes that take it: <c>classify</c>, <c>embed</c>, <c>explain</c>; none where it does not serve, the first alone where it is loaded when it is asked for.</param>
/// <param name="Faults">Why it does not serve, or why what serves is not what its files are now.</param>
/// <param name="Warnings">What the operator should know although it serves.</param>
internal sealed record ModelSummary(
    string Name, string Version, ModelState State, bool IsDefault, IReadOnlyList<string> Aliases, string? Provider, Precision? Precision, string? InstructionSet,
    IReadOnlyList<string> Capabilities, IReadOnlyList<string> Faults, IReadOnlyList<string> Warnings)
{
    public static ModelSummary Of(ModelStatus status) => new(
        status.Name, status.Version, status.State, status.IsDefault, status.Aliases,
        status.Model?.Execution.Provider, status.Model?.Execution.Precision, status.Model?.Execution.InstructionSet,
        status.Model is null ? (status.LoadsOnRequest ? [ClassifyEndpoint.Name] : []) : CapabilitiesOf(status.Model), status.Faults, status.Warnings);

    private static string[] CapabilitiesOf(ServedModel model) => (model.Features, model.Explains) switch
    {
        (null, _) => [ClassifyEndpoint.Name],
        (_, false) => [ClassifyEndpoint.Name, EmbedEndpoint.Name],
        _ => [ClassifyEndpoint.Name, EmbedEndpoint.Name, ExplainEndpoint.Name],
    };
}

internal sealed record ModelList(IReadOnlyList<ModelSummary> Models);

/// <summary>One model in full. Manifest and labels are null where it does not serve.</summary>
internal sealed record ModelReply(
    string Name, string Version, ModelState State, bool IsDefault, IReadOnlyList<string> Aliases, string? Provider, Precision? Precision, string? InstructionSet,
    IReadOnlyList<string> Capabilities, IReadOnlyList<string> Faults, IReadOnlyList<string> Warnings, ManifestReply? Manifest, IReadOnlyList<Label>? Labels)
{
    public static ModelReply Of(ModelStatus status)
    {
        var summary = ModelSummary.Of(status);
        var manifest = status.Model?.Manifest;
        return new(
            summary.Name, summary.Version, summary.State, summary.IsDefault, summary.Aliases, summary.Provider, summary.Precision, summary.InstructionSet,
            summary.Capabilities, summary.Faults, summary.Warnings, manifest is null ? null : ManifestReply.Of(manifest), manifest?.Labels);
    }
}

/// <summary>The manifest by the names of <c>manifest.json</c>; the labels stand beside it.</summary>
internal sealed record ManifestReply(
    string Architecture, Precision Precision, GraphSpec Graph, PreprocessingSpec Preprocessing, Provenance Provenance, Accuracy? Accuracy)
{
    public static ManifestReply Of(ModelManifest manifest) => new(
        manifest.Architecture, manifest.Precision, manifest.Graph, manifest.Preprocessing, manifest.Provenance, manifest.Accuracy);
}
