using System.Diagnostics;

namespace ResNetService.Modeling.Tests.Commands;

/// <summary>The command in a process of its own, which can be sent a signal. Ended with its test, whatever happens.</summary>
internal sealed class ResNetProcess(params string[] arguments) : IDisposable
{
    private readonly Process _process = Process.Start(
        new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "resnet"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    public StreamReader Output => _process.StandardOutput;

    public StreamReader Error => _process.StandardError;

    /// <summary>Reads up to the line that begins so.</summary>
    public static async Task ReadToAsync(StreamReader reader, string start)
    {
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.StartsWith(start, StringComparison.Ordinal))
        {
        }
    }

    /// <summary>As Ctrl-C does.</summary>
    public async Task InterruptAsync()
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -INT {_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
