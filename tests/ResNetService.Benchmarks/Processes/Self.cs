using System.Text.Json;

namespace ResNetService.Benchmarks.Processes;

/// <summary>This program, started again: what is measured in a process of its own is neither warmed nor burdened by what ran before.</summary>
internal static class Self
{
    /// <summary>Runs one of the commands that print one line of JSON.</summary>
    /// <exception cref="BenchmarkException">It failed; the message has what it wrote.</exception>
    public static async Task<T> RunAsync<T>(IReadOnlyList<string> arguments, TimeSpan longest, CancellationToken cancellationToken, string? cores = null)
    {
        var output = await ChildProcess.RunAsync(
            ["dotnet", Path.Combine(AppContext.BaseDirectory, "ResNetService.Benchmarks.dll"), .. arguments], longest, cancellationToken, cores: cores);

        // Native libraries may have written warnings before it.
        var line = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault(text => text.StartsWith('{'))
            ?? throw new BenchmarkException($"{string.Join(' ', arguments)} printed no result:{Environment.NewLine}{output}");
        return JsonSerializer.Deserialize<T>(line)!;
    }
}
