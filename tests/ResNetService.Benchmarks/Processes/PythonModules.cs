
namespace ResNetService.Benchmarks.Processes;

internal static class PythonModules
{
    private static readonly TimeSpan LongestImport = TimeSpan.FromMinutes(1);

    /// <exception cref="BenchmarkException">The interpreter is not there, or lacks a module.</exception>
    public static async Task RequireAsync(string python, IReadOnlyList<string> modules, CancellationToken cancellationToken)
    {
        var missing = await ChildProcess.RunAsync(
            [python, "-c", "import importlib.util, sys; print('\\n'.join(m for m in sys.argv[1:] if importlib.util.find_spec(m) is None))", .. modules],
            LongestImport,
            cancellationToken);
        if (missing.Split('\n', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } names)
            throw new BenchmarkException($"{python} lacks {string.Join(", ", names)}; on Debian: python3-torch, python3-torchvision, python3-fastapi, python3-uvicorn");
    }
}
