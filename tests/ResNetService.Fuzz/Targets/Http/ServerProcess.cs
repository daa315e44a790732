using System.Diagnostics;
using System.Globalization;
using ResNetService.Fuzz.Campaigns;

namespace ResNetService.Fuzz.Targets.Http;

/// <summary>The service as an operator starts it, on a port of loopback that is free.</summary>
internal sealed class ServerProcess : IDisposable
{
    /// <summary>What it takes when it has been fed for long: with a tiny model, a few tens of megabytes and what the collector leaves lying.</summary>
    private const long MostResident = 1_000_000_000;

    /// <summary>Reading the process's memory costs more than a request.</summary>
    private const int ChecksOfMemory = 256;

    private const string Listening = "Now listening on: ";

    private readonly Process _process;
    private int _checks;
    private bool _isDisposed;

    public ServerProcess(string models)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ResNetService.Api.dll"), "--urls", "http://127.0.0.1:0", "--Models:Path", models,
            "--Serilog:MinimumLevel:Default", "Fatal", "--Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime", "Information"])
        { RedirectStandardOutput = true };
        start.Environment.Remove("ASPNETCORE_URLS");
        start.Environment.Remove("ASPNETCORE_HTTP_PORTS");
        _process = Process.Start(start)!;
        // However this process ends, that one does not outlive it.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
        var address = new TaskCompletionSource<Uri>();
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
                address.TrySetException(new InvalidOperationException("The service did not start."));
            else if (line.Data.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
                address.TrySetResult(new(line.Data[(at + Listening.Length)..].Trim('"', ' ')));
        };
        _process.BeginOutputReadLine();
        Address = address.Task.GetAwaiter().GetResult();
    }

    public Uri Address { get; }

    /// <exception cref="BrokenPromiseException">It has ended, or takes too much memory.</exception>
    public void Check()
    {
        if (_process.HasExited)
            throw new BrokenPromiseException($"The service has ended with {_process.ExitCode.ToString(CultureInfo.InvariantCulture)}.");
        if (++_checks % ChecksOfMemory != 0)
            return;
        _process.Refresh();
        if (_process.WorkingSet64 > MostResident)
            throw new BrokenPromiseException($"The service holds {_process.WorkingSet64} bytes; {MostResident} are the most.");
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
