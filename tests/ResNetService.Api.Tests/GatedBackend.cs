using ResNetService.Api.Tests.Faults;

namespace ResNetService.Api.Tests;

/// <summary>The real backend, whose runs wait while the gate is closed: a busy service that stays as busy as a test needs it.</summary>
internal sealed class GatedBackend : IDisposable
{
    private readonly FaultyBackend _backend = new();
    private readonly ManualResetEventSlim _gate = new(initialState: true);
    private readonly SemaphoreSlim _waiting = new(0);
    private int _runs;

    public GatedBackend() => _backend.OnRun = Pass;

    public void Replace(IServiceCollection services) => _backend.Replace(services);

    /// <summary>Runs since the gate was closed, those that wait at it not among them.</summary>
    public int Runs => _runs;

    public void Close()
    {
        _runs = 0;
        _gate.Reset();
    }

    public void Open() => _gate.Set();

    /// <summary>Ends when a run waits at the closed gate.</summary>
    public Task RunWaitsAsync() => _waiting.WaitAsync(TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _gate.Dispose();
        _waiting.Dispose();
    }

    private void Pass()
    {
        if (!_gate.IsSet)
            _waiting.Release();
        _gate.Wait();
        Interlocked.Increment(ref _runs);
    }
}
