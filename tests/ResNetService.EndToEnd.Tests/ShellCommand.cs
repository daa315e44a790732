using System.Diagnostics;
using System.Text;

namespace ResNetService.EndToEnd.Tests;

/// <summary>A command line run by the shell at the root of the repository, as a user runs it.</summary>
internal sealed class ShellCommand : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ShellCommand(string command, IReadOnlyDictionary<string, string> environment)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a POSIX shell");
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec " + command])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        // What a test runner sets, and a user does not: ONNX Runtime, for one, behaves itself where it finds CI.
        foreach (var name in new[] { "CI", "DOTNET_ENVIRONMENT", "ASPNETCORE_ENVIRONMENT" })
            start.Environment.Remove(name);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginErrorReadLine();
    }

    /// <summary>Standard error so far, and standard output of a command in the background.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Runs to the end and gives what it printed; fails where the exit code is not 0.</summary>
    public static async Task<string> RunAsync(string command, CancellationToken cancellationToken)
    {
        var (code, printed, error) = await RunToEndAsync(command, new Dictionary<string, string>(), cancellationToken);
        Assert.True(code == 0, $"{command}: exit code {code}\n{printed}\n{error}");
        return printed;
    }

    /// <summary>Runs to the end, however that is.</summary>
    public static async Task<(int Code, string Output, string Error)> RunToEndAsync(
        string command, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        using var running = new ShellCommand(command, environment);
        var printed = await running._process.StandardOutput.ReadToEndAsync(cancellationToken);
        await running._process.WaitForExitAsync(cancellationToken);
        return (running._process.ExitCode, printed, running.Output);
    }

    /// <summary>Runs until disposed.</summary>
    public static ShellCommand Start(string command, IReadOnlyDictionary<string, string> environment)
    {
        var running = new ShellCommand(command, environment);
        running._process.BeginOutputReadLine();
        return running;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }
}
