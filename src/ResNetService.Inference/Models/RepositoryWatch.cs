using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ResNetService.Inference.Models;

/// <summary>Loads the models before the host begins to listen, looks after them while it runs, and drains them after it has stopped.</summary>
internal sealed class RepositoryWatch(
    ModelRepository repository, IOptionsMonitor<ModelsOptions> options, IHostEnvironment environment, TimeProvider time, ILogger<RepositoryWatch> log)
    : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _watching = Task.CompletedTask;
    private TimeSpan _interval;

    /// <summary>Before any hosted service starts, the server among them: whoever can connect finds the models warm.</summary>
    /// <exception cref="ModelsException">No model can be served, or the default cannot.</exception>
    public Task StartingAsync(CancellationToken cancellationToken) =>
        repository.OpenAsync(ModelsFolder.Find(options.CurrentValue.Path, environment.ContentRootPath, AppContext.BaseDirectory), cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _watching = WatchAsync();
        return Task.CompletedTask;
    }

    /// <summary>What serves when the end begins serves until it.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _stopping.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // Told to stop a second time, after the end.
        }

        await _watching;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After the server has answered its last request; within the time of the whole shutdown, though a run may hang.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await repository.DisposeAsync().AsTask().WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            log.EndTooSlow();
        }
    }

    public void Dispose() => _stopping.Dispose();

    private async Task WatchAsync()
    {
        using var changed = new SemaphoreSlim(0);
        using var subscription = options.OnChange((_, _) => changed.Release());
        var hasSettled = true;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await WaitAsync(changed, hasSettled);
                hasSettled = await repository.RefreshAsync(_stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
            }
            catch (Exception e)
            {
                log.LookFailed(e);
            }
        }
    }

    /// <summary>As it was last where it cannot be read now, which the next look reports.</summary>
    private TimeSpan Interval()
    {
        try
        {
            _interval = options.CurrentValue.WatchInterval;
        }
        catch (Exception e) when (e is OptionsValidationException or InvalidOperationException)
        {
            // Said by the look.
        }

        return _interval;
    }

    /// <summary>Until the next look is due, or the options have changed.</summary>
    private async Task WaitAsync(SemaphoreSlim changed, bool hasSettled)
    {
        var interval = Interval();
        // Also where nobody watches: an asked-for look that found files being written has to be followed by one that finds them whole, and what failed is tried again.
        if ((hasSettled ? repository.UntilRetry : RepositoryFolder.Settling) is { } soonest && (interval == TimeSpan.Zero || interval > soonest))
            interval = soonest;
        using var due = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        await using var timer = interval == TimeSpan.Zero ? null : time.CreateTimer(
            static source => ((CancellationTokenSource)source!).Cancel(), due, interval, Timeout.InfiniteTimeSpan);
        try
        {
            await changed.WaitAsync(due.Token);
        }
        catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
        {
        }
    }
}
