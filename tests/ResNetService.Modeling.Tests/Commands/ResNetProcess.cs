using System.Diagnostics;

namespace ResNetService.Modeling.Tests.Commands;

/// <summary>The command in a process of its own, which can be sent a signal. Ended with its test, whatever happens.</summary>
internal sealed class ResNetProcess : IDisposable
{
    /// <summary>
    /// In its own output folder: that of these tests lacks the libraries of ASP.NET Core's shared framework, which the tests have and the
    /// command has not.
    /// </summary>
    private static readonly string Command =
        Path.Combine(AppContext.BaseDirectory, "..", "..", "ResNetService.Modeling", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "resnet");

    private readonly Process _process;

    public ResNetProcess(params string[] arguments)
        : this(new Dictionary<string, string>(), arguments)
    {
    }

    /// <param name="environment">Beside that of the tests.</param>
    public ResNetProcess(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
    }

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
