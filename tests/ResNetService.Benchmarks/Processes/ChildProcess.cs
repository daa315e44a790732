using System.Collections.Concurrent;
using System.Diagnostics;

namespace ResNetService.Benchmarks.Processes;

/// <summary>
/// A program that this one has started. Its output goes to a file, which costs this process nothing while it measures. It ends with
/// <see cref="Dispose"/>, and at the latest with this process, with all that it has started itself.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly ConcurrentDictionary<int, ChildProcess> Running = [];

    private readonly Process _process;
    private readonly string _log;
    private readonly string _name;
    private bool _disposed;

    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var child in Running.Values)
            child.Dispose();
    };

    private ChildProcess(Process process, string name, string log) => (_process, _name, _log) = (process, name, log);

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Everything it has written so far, to both streams.</summary>
    public string Output => File.ReadAllText(_log);

    /// <param name="command">Program and arguments.</param>
    /// <param name="environment">Variables beside those of this process.</param>
    /// <param name="cores">Processors that it may use, as taskset names them (<c>0-1</c>); null for all of this process.</param>
    /// <exception cref="BenchmarkException">There is no such program.</exception>
    public static ChildProcess Start(IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null, string? directory = null, string? cores = null)
    {
        var program = Tools.Require(command[0]);
        string[] prefix = cores is null ? [] : [Tools.Require("taskset"), "-c", cores];
        var log = Path.GetTempFileName();

        // exec: the process is the program itself, so that its number is the one to account for. Appended: two streams must not write over each other.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "log=$0; exec \"$@\" >>\"$log\" 2>&1 </dev/null", log, .. prefix, program, .. command.Skip(1)])
        {
            WorkingDirectory = directory ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var child = new ChildProcess(Process.Start(start)!, Path.GetFileName(command[0]), log);
        Running[child.Id] = child;
        return child;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it wrote.</returns>
    /// <exception cref="BenchmarkException">It failed, or took longer than it may; the message has what it wrote last.</exception>
    /// <inheritdoc cref="Start"/>
    public static async Task<string> RunAsync(
        IReadOnlyList<string> command, TimeSpan longest, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null, string? directory = null, string? cores = null)
    {
        using var child = Start(command, environment, directory, cores);
        await child.WaitAsync(longest, cancellationToken);
        return child._process.ExitCode == 0
            ? child.Output
            : throw new BenchmarkException($"{string.Join(' ', command)} failed with exit code {child._process.ExitCode}:{Environment.NewLine}{child.LastLines()}");
    }

    /// <exception cref="BenchmarkException">It takes longer than it may.</exception>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        try
        {
            await _process.WaitForExitAsync(cancellationToken).WaitAsync(longest, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new BenchmarkException($"{_name} has not ended within {longest.TotalSeconds:F0} s and was ended:{Environment.NewLine}{LastLines()}", e);
        }
    }

    /// <summary>Asks it to end, by SIGTERM.</summary>
    public void Terminate()
    {
        using var kill = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"kill -TERM {Id}"]))!;
        kill.WaitForExit();
    }

    public string LastLines(int count = 20) => string.Join(Environment.NewLine, Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(count));

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        Running.TryRemove(Id, out _);
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
        File.Delete(_log);
    }
}
