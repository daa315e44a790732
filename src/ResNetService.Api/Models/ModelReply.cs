using ResNetService.Inference.Models;
using ResNetService.ModelFormat;

namespace ResNetService.Api.Models;

/// <summary>A model of the repository, valid or not.</summary>
/// <param name="IsDefault">It answers requests that name no model.</param>
/// <param name="Provider">On what it runs, <c>cpu</c> or <c>cuda</c>; null, like the next two, where it does not serve.</param>
/// <param name="Capabilities">What it can be asked for; nothing where it does not serve.</param>
/// <param name="Faults">Why it does not serve.</param>
/// <param name="Warnings">What the operator should know although it serves.</param>
internal sealed record ModelSummary(
    string Name, string Version, ModelState State, bool IsDefault, string? Provider, Precision? Precision, string? InstructionSet,
    IReadOnlyList<Capability> Capabilities, IReadOnlyList<string> Faults, IReadOnlyList<string> Warnings)
{
    public static ModelSummary Of(ModelStatus status) => new(
        status.Name, status.Version, status.State, status.Model?.IsDefault ?? false,
        status.Model?.Execution.Provider, status.Model?.Execution.Precision, status.Model?.Execution.InstructionSet,
        status.Model is null ? [] : CapabilitiesOf(status.Model), status.Faults, status.Warnings);

    private static Capability[] CapabilitiesOf(ServedModel model) =>
        [Capability.Classify, .. model.Features is null ? Array.Empty<Capability>() : [Capability.Embed], .. model.Explains ? [Capability.Explain] : Array.Empty<Capability>()];
}

/// <summary>By the routes that take the model.</summary>
internal enum Capability
{
    Classify,
    Embed,
    Explain,
}

internal sealed record ModelList(IReadOnlyList<ModelSummary> Models);

/// <summary>One model in full. Manifest and labels are null where it does not serve.</summary>
internal sealed record ModelReply(
    string Name, string Version, ModelState State, bool IsDefault, string? Provider, Precision? Precision, string? InstructionSet,
    IReadOnlyList<Capability> Capabilities, IReadOnlyList<string> Faults, IReadOnlyList<string> Warnings, ManifestReply? Manifest, IReadOnlyList<Label>? Labels)
{
    public static ModelReply Of(ModelStatus status)
    {
        var summary = ModelSummary.Of(status);
        var manifest = status.Model?.Manifest;
        return new(
            summary.Name, summary.Version, summary.State, summary.IsDefault, summary.Provider, summary.Precision, summary.InstructionSet,
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
