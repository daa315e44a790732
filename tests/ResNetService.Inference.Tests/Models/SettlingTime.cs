using Microsoft.Extensions.Time.Testing;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Tests.Models;

/// <summary>A clock that stands until a test moves it, and that says when files are waited for.</summary>
internal sealed class SettlingTime : FakeTimeProvider, IDisposable
{
    private readonly SemaphoreSlim _waits = new(0);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime == RepositoryFolder.Settling)
            _waits.Release();
        return timer;
    }

    /// <summary>Waits for a wait, does what a test wants done between two looks, and lets the time between them pass.</summary>
    public async Task BetweenLooksAsync(Action action)
    {
        Assert.True(await _waits.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken), "somebody waits for files");
        action();
        Advance(RepositoryFolder.Settling);
    }

    public void Dispose() => _waits.Dispose();
}
