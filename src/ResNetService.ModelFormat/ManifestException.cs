namespace ResNetService.ModelFormat;

/// <summary>One thing wrong with a model on disk.</summary>
/// <param name="File">Path of the file, as given.</param>
/// <param name="Field">JSON path of the field (<c>preprocessing.std[1]</c>), or empty where the whole file is meant.</param>
/// <param name="Value">The offending value as it stands in the file, shortened; null where it is missing.</param>
/// <param name="Problem">What is wrong and what would be right.</param>
public sealed record ManifestFault(string File, string Field, string? Value, string Problem)
{
    public override string ToString() =>
        $"{File}: {(Field.Length == 0 ? "" : Field + " ")}{(Value is null ? "" : $"= {Value} ")}{Problem}";
}

/// <summary>A model on disk is not valid: every fault at once, so that one round of repair suffices.</summary>
public sealed class ManifestException(IReadOnlyList<ManifestFault> faults)
    : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<ManifestFault> Faults { get; } = faults;
}
