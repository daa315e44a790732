namespace ResNetService.ModelFormat.Json;

/// <summary>Gathers what is wrong with one file, so that the reader can go on and report everything at once.</summary>
internal sealed class FaultList(string file)
{
    /// <summary>A file that is wrong in a hundred places is wrong in one way: what follows is counted, not listed.</summary>
    private const int MaxListed = 100;
    private const int MaxValueLength = 80;

    private readonly List<ManifestFault> _faults = [];
    private int _unlisted;

    public void Add(string field, string? value, string problem)
    {
        if (_faults.Count < MaxListed)
            _faults.Add(new ManifestFault(file, field, value is null ? null : Shorten(value), problem));
        else
            _unlisted++;
    }

    /// <exception cref="ManifestException">At least one fault was added.</exception>
    public void ThrowIfAny()
    {
        if (_faults.Count == 0)
            return;

        if (_unlisted > 0)
            _faults.Add(new ManifestFault(file, "", null, $"has {_unlisted} further faults that are not listed"));
        throw new ManifestException(_faults);
    }

    /// <summary>Adds the fault and throws all of them: for a file that cannot be read any further.</summary>
    public ManifestException Stop(string field, string? value, string problem)
    {
        Add(field, value, problem);
        ThrowIfAny();
        throw new InvalidOperationException("unreachable: a fault was just added");
    }

    /// <summary>The beginning of the value in one line.</summary>
    private static string Shorten(string value)
    {
        var start = value.AsSpan(0, Math.Min(value.Length, 4 * MaxValueLength)).ToString();
        var line = string.Join(' ', start.Split(['\r', '\n', '\t', ' '], StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= MaxValueLength && start.Length == value.Length ? line : line[..Math.Min(line.Length, MaxValueLength)] + "…";
    }
}
