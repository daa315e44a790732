using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace ResNetService.Api.Security.Keys;

/// <summary>
/// The keys as the configuration and the file have them now. A change that is wrong, or that leaves none, changes nothing and is logged: a half-written file
/// locks nobody out, and one that is lost opens the service to nobody.
/// </summary>
internal sealed class ApiKeys(IOptionsFactory<SecurityOptions> options, IConfiguration configuration, TimeProvider time, ILogger<ApiKeys> logger) : BackgroundService
{
    /// <summary>The file's text is compared, and not its time: Kubernetes changes a mounted secret by replacing a link of its folder, of which no watcher tells.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _loading = new();
    private ApiKeySet? _current;

    public ApiKeySet Current => Volatile.Read(ref _current) ?? LoadFirst();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        configuration.TellOfFilesThatCannotBeReloaded(logger);
        // Not IOptionsMonitor.OnChange, which is not called where the new value is not valid: nobody would learn why the old keys hold.
        using var change = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            var last = ReadFile();
            // What has changed since the first request asked, and before anything was watched.
            Reload();
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var now = ReadFile();
                if (now != last)
                    Reload();
                last = now;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end. The host would call it an error where the service ends because it could not start.
        }
    }

    private ApiKeySet LoadFirst()
    {
        lock (_loading)
            return _current ??= Load();
    }

    private void Reload()
    {
        lock (_loading)
        {
            try
            {
                var loaded = Load();
                if (loaded.Count == 0 && Current.Count > 0)
                    logger.KeysKept(["No key is configured any more. To open the service to everybody, start it again without keys."]);
                else
                    Replace(loaded);
            }
            catch (OptionsValidationException e)
            {
                logger.KeysKept(e.Failures);
            }
            // A value of another type, in the words of the binder; and whatever a file in the middle of being written makes of those who read it.
            catch (Exception e)
            {
                logger.KeysKept([e.Message]);
            }
        }
    }

    private void Replace(ApiKeySet loaded)
    {
        var changed = _current is { } before && !loaded.Equals(before);
        Volatile.Write(ref _current, loaded);
        if (changed)
            logger.KeysReloaded(loaded.Count);
    }

    /// <exception cref="OptionsValidationException">A key is wrong.</exception>
    private ApiKeySet Load()
    {
        List<string> faults = [];
        var keys = options.Create(Options.DefaultName).ReadKeys(faults);
        return faults.Count == 0 ? keys : throw new OptionsValidationException(SecurityOptions.Section, typeof(SecurityOptions), faults);
    }

    private string? ReadFile() => configuration[$"{SecurityOptions.Section}:{nameof(SecurityOptions.KeysFile)}"] is { Length: > 0 } path ? KeysFile.Read(path, []) : null;
}
