using System.Diagnostics;

namespace ResNetService.Api.Tests;

/// <summary>The service as its own process, as an operator starts it. Ended with its test, whatever happens.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _errors;

    public ServiceProcess(params string[] arguments)
        : this([], arguments)
    {
    }

    public ServiceProcess(Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ResNetService.Api.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What the machine that runs the tests has set must not decide them.
        foreach (var inherited in new[] { "ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "DOTNET_RUNNING_IN_CONTAINER" })
            start.Environment.Remove(inherited);
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    public int Id => _process.Id;

    /// <summary>The first line of standard output that satisfies the predicate.</summary>
    public async Task<string> LineAsync(Func<string, bool> predicate)
    {
        using var limit = Limit();
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (predicate(line))
                return line;
        }

        throw new InvalidOperationException($"The service ended: {await _errors}");
    }

    /// <summary>Reads on whatever it writes from now on: one that writes much would wait for its reader.</summary>
    public void Drain() => _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);

    public async Task<(int ExitCode, string Errors, string Output)> EndAsync()
    {
        using var limit = Limit();
        var output = _process.StandardOutput.ReadToEndAsync(limit.Token);
        await _process.WaitForExitAsync(limit.Token);
        return (_process.ExitCode, await _errors, await output);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private static CancellationTokenSource Limit()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Longest);
        return limit;
    }
}
