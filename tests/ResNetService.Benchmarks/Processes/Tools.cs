
namespace ResNetService.Benchmarks.Processes;

/// <summary>Programs of the machine.</summary>
internal static class Tools
{
    /// <summary>The path of a program, searched for as a shell does; null where there is none.</summary>
    public static string? Find(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
            return File.Exists(program) ? program : null;
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);
    }

    /// <exception cref="BenchmarkException">There is none.</exception>
    public static string Require(string program) =>
        Find(program) ?? throw new BenchmarkException($"the program {program} is not installed, or not on the PATH");
}
