namespace ResNetService.Benchmarks.Servers;

/// <summary>A server that can be started.</summary>
/// <param name="Name">As tables show it.</param>
/// <param name="Command">Program and arguments for a port.</param>
internal sealed record ServerProgram(string Name, Func<int, IReadOnlyList<string>> Command)
{
    /// <summary>Variables beside those of this process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Where it is started; null for the working directory.</summary>
    public string? Directory { get; init; }
}
