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
        if (_faults.Count > 0)
            throw ToException();
    }

    /// <summary>The exception to throw where the file cannot be read any further: this fault and those before it.</summary>
    public ManifestException Stop(string field, string? value, string problem)
    {
        Add(field, value, problem);
        return ToException();
    }

    private ManifestException ToException() => new(_unlisted == 0
        ? _faults
        : [.. _faults, new ManifestFault(file, "", null, $"has {_unlisted} further faults that are not listed")]);

    /// <summary>The beginning of the value in one line without control characters: faults go to terminals and logs.</summary>
    private static string Shorten(string value)
    {
        var start = value.AsSpan(0, Math.Min(value.Length, 4 * MaxValueLength)).ToString();
        var line = string.Join(' ', start.Split(['\r', '\n', '\t', ' '], StringSplitOptions.RemoveEmptyEntries));
        if (line.Length > MaxValueLength || start.Length < value.Length)
            line = line[..Math.Min(line.Length, MaxValueLength)] + "…";
        return line.Any(char.IsControl) ? string.Concat(line.Select(Visible)) : line;
    }

    private static string Visible(char character) =>
        char.IsControl(character) ? $"\\u{(int)character:x4}" : character.ToString();
}
