using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Execution;

namespace ResNetService.Inference.Models;

/// <summary>The models of a folder, loaded. Changes are made one after the other; whoever asks for a model sees the last that is whole.</summary>
internal sealed class ModelRepository : IModelControl, IAsyncDisposable
{
    private const string ShippedModel = "resnet20-cifar10";

    /// <summary>So often files are looked at for one caller, until they have settled.</summary>
    private const int MostLooks = 5;

    private readonly SemaphoreSlim _changing = new(1);
    private readonly IOptionsMonitor<ModelsOptions> _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly LoadedModels _models;
    private readonly ModelUpdate _update;
    private RepositoryFolder? _folder;
    private string? _folderFault, _optionsFault;
    private bool _hasEnded;

    public ModelRepository(ModelLoader loader, IOptionsMonitor<ModelsOptions> options, TimeProvider time, ILogger<ModelRepository> log)
    {
        (_options, _time, _log, _models) = (options, time, log, new(log));
        _update = new(loader, _models, time, log);
    }

    public ModelSnapshot Snapshot => _models.Snapshot;

    /// <summary>Why the models stay as they are, whatever becomes of their files; null where they do not.</summary>
    public string? Fault => _folderFault ?? _optionsFault;

    /// <summary>When a further look is due at the latest, whatever the interval: for what failed and may pass. Null where nothing did.</summary>
    public TimeSpan? UntilRetry => Snapshot.Entries.Select(entry => entry.Retry?.Until(_time)).Min();

    /// <summary>The first look: files are taken as they are, since a start does not wait for whoever may be writing them.</summary>
    /// <exception cref="ModelsException">No model can be served, or the default cannot.</exception>
    public Task OpenAsync(string folder, CancellationToken cancellationToken) => ChangeAsync(
        () =>
        {
            (_folder, _update.Options) = (new(folder, _time), _options.CurrentValue);
            _models.Want(_update.Options.Default, _update.Options.Aliases);
            var seen = _folder.Look(RepositoryFolder.Settling, trust: true);
            _models.Name(_update.Options.Default ?? (seen.Any(model => model.Candidate.Name == ShippedModel) ? ShippedModel : null), _update.Options.Aliases);
            _update.Apply(seen, cancellationToken);
            if (_update.Options.Default is null && Snapshot.Default is not { Instance: not null })
                NameDefault();
            EnsureDefault();
            _log.DefaultModel(Snapshot.Default!.Candidate.Reference, folder);
            return true;
        },
        cancellationToken,
        LoadPriority.Normal);

    /// <summary>A further look.</summary>
    /// <returns>Whether all files have settled; else another look is due soon.</returns>
    public Task<bool> RefreshAsync(CancellationToken cancellationToken) => ChangeAsync(
        () =>
        {
            var (areNew, optionsFault) = TakeOptions();
            var (seen, folderFault) = Look(_folder!, _update.Options.WatchInterval);
            Note(folderFault, optionsFault);
            if (seen is null)
                return true;
            _update.Apply(seen, cancellationToken);
            // Only now: what the default and the aliases stand for from now on is loaded before they stand for it.
            if (_models.NameWanted())
                _update.Apply(seen, cancellationToken);
            if (areNew && _update.Options.Default is { } wanted && wanted != _models.Default)
                _log.DefaultDoesNotServe(wanted, _models.Default);
            return seen.All(model => model.IsSettled);
        },
        cancellationToken);

    public Task LoadAsync(string name, CancellationToken cancellationToken) => SettleAsync(name, looks => TryLoad(name, looks, cancellationToken), LoadPriority.Idle, cancellationToken);

    public Task UnloadAsync(string name, CancellationToken cancellationToken) => ChangeAsync(
        () =>
        {
            var versions = Snapshot.Entries.Where(entry => entry.Candidate.Name == name).ToArray();
            if (versions.Length == 0)
                throw Snapshot.Unknown(name);
            if (versions.Contains(Snapshot.Default))
                throw new ServiceException(new(ErrorCode.InvalidRequest, $"'{name}' is the default model, which must serve; name another in Models:Default first."));
            _update.Unloaded.Add(name);
            foreach (var version in versions)
                _update.Dismiss(version.Candidate, "an administrator has unloaded it");
            return true;
        },
        cancellationToken);

    /// <summary>Loads what waits to be asked for.</summary>
    /// <param name="reference">As <see cref="ModelSnapshot.Find"/> takes it.</param>
    /// <exception cref="ServiceException">It cannot be loaded, or is no more.</exception>
    public Task<ModelLease> LoadOnRequestAsync(string reference, CancellationToken cancellationToken)
    {
        // Where the load that this one waits for fails, nothing is found by the name any more.
        var version = Snapshot.Find(reference)?.Candidate.Reference;
        return SettleAsync(reference, looks => TryLoadOnRequest(reference, version, looks), LoadPriority.Low, cancellationToken);
    }

    /// <returns>Null where files are being written.</returns>
    private SeenModel[]? TryLoad(string name, RepositoryFolder looks, CancellationToken cancellationToken)
    {
        var versions = LookNow(looks).Where(model => model.Candidate.Name == name).ToArray();
        if (versions.Length == 0)
            throw Snapshot.Unknown(name);
        _update.Unloaded.Remove(name);
        if (!versions.Any(version => version.IsSettled))
            return null;
        // What failed is tried again, though its files are the same; what waited to be asked for waits no more.
        foreach (var entry in versions.Select(version => _models.Of(version.Candidate)).Where(entry => entry.Instance is null || entry.Faults.Count > 0))
            _models.Set(entry with { Stamp = null, Retry = null });
        _update.Apply(name, versions, onRequest: false, cancellationToken);
        var wanted = versions.Select(version => (Entry: _models.Of(version.Candidate), version.Stamp)).Where(one => !one.Entry.IsDismissed).ToArray();
        if (wanted.Where(one => !one.Entry.IsComing).SelectMany(one => one.Entry.AllFaults).ToArray() is { Length: > 0 } faults)
            throw new ServiceException(new(ErrorCode.InvalidRequest, $"'{name}' does not serve as it is in the repository: {string.Join(' ', faults)}"));
        return wanted.All(one => one.Entry.Stamp == one.Stamp) ? versions : null;
    }

    /// <param name="version">That which the reference meant when it was asked for.</param>
    /// <returns>Null where files are being written.</returns>
    private ModelLease? TryLoadOnRequest(string reference, string? version, RepositoryFolder looks)
    {
        var entry = Snapshot.Find(reference) ?? Snapshot.Entries.FirstOrDefault(entry => entry.Candidate.Reference == version) ?? throw Snapshot.Unknown(reference);
        if (entry is { Instance: null, LoadsOnRequest: true })
        {
            if (entry.Retry is { } retry && !retry.IsDue(_time))
                throw retry.NotYet(reference, _time);
            if (LookNow(looks).FirstOrDefault(model => model.Candidate.Reference == entry.Candidate.Reference) is not var (candidate, stamp, isSettled))
                throw new ServiceException(new(ErrorCode.NotReady, $"'{reference.Shortened()}' could not be loaded: its files are gone."));
            if (!isSettled && stamp != entry.Stamp)
                return null;
            entry = _update.LoadNow(entry with { Candidate = candidate }, stamp);
            if (entry.Stamp != stamp)
                return null;
        }

        // Nothing else can end it meanwhile: that would be another change.
        return entry.Instance?.TryHold() == true
            ? new ModelLease(entry.Instance)
            : throw (entry.Retry?.NotYet(reference, _time) ?? new ServiceException(new(ErrorCode.NotReady, $"'{reference.Shortened()}' could not be loaded; GET /models says why.")));
    }

    /// <summary>Once; whoever comes again does not wait for an end that may hang.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _hasEnded, true))
            return;
        await _changing.WaitAsync();
        try
        {
            await _models.DisposeAsync();
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Loads what a caller waits for, as soon as its files have settled.</summary>
    /// <param name="load">Null where they have not.</param>
    private async Task<T> SettleAsync<T>(string reference, Func<RepositoryFolder, T?> load, LoadPriority priority, CancellationToken cancellationToken)
        where T : class
    {
        // A series of its own: the looks of others are apart by another time.
        var looks = new RepositoryFolder(_folder!.Path, _time);
        for (var look = 1; ; look++)
        {
            if (await ChangeAsync(() => load(looks), cancellationToken, priority) is { } loaded)
                return loaded;
            if (look == MostLooks)
                throw new ServiceException(new(ErrorCode.NotReady, $"The files of '{reference.Shortened()}' are being written; try again when they are complete.", RepositoryFolder.Settling));
            await Task.Delay(RepositoryFolder.Settling, _time, cancellationToken);
        }
    }

    /// <summary>On a thread of its own, since loading takes long; and to its end, though the caller may go: others may wait for the same.</summary>
    private async Task<T> ChangeAsync<T>(Func<T> change, CancellationToken cancellationToken, LoadPriority priority = LoadPriority.Idle)
    {
        await _changing.WaitAsync(cancellationToken);
        var changed = Begin(change, priority);
        try
        {
            return await changed.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // What it was to hold is held by nobody; whoever comes next finds it.
            _ = changed.ContinueWith(task => (task.Result as IDisposable)?.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Lets the next change begin when this one has ended, or cannot begin: there may be no thread for it.</summary>
    private Task<T> Begin<T>(Func<T> change, LoadPriority priority)
    {
        try
        {
            return Task.Factory.StartNew(
                () =>
                {
                    try
                    {
                        _update.Priority = priority;
                        return _hasEnded ? throw new ServiceException(new(ErrorCode.NotReady, "The service is being stopped.", TimeSpan.FromSeconds(1))) : change();
                    }
                    finally
                    {
                        _changing.Release();
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }
        catch
        {
            _changing.Release();
            throw;
        }
    }

    /// <summary>A configuration that has become invalid changes nothing.</summary>
    /// <returns>Whether the options are others than at the last look.</returns>
    private (bool AreNew, string? Fault) TakeOptions()
    {
        try
        {
            var before = _update.Options;
            _update.Options = _options.CurrentValue;
            _models.Want(_update.Options.Default, _update.Options.Aliases);
            return (before != _update.Options, null);
        }
        catch (Exception e) when (e is OptionsValidationException or InvalidOperationException)
        {
            return (false, e.Message);
        }
    }

    /// <returns>No models, and why, where the folder cannot be looked at or is empty: a volume that is away must not take the models with it.</returns>
    private static (IReadOnlyList<SeenModel>? Seen, string? Fault) Look(RepositoryFolder folder, TimeSpan interval)
    {
        try
        {
            return folder.Look(interval) is { Count: > 0 } seen ? (seen, null) : (null, $"{folder.Path} is empty.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, e.Message);
        }
    }

    private IReadOnlyList<SeenModel> LookNow(RepositoryFolder looks)
    {
        var (seen, fault) = Look(looks, RepositoryFolder.Settling);
        Note(fault, _optionsFault);
        return seen ?? throw new ServiceException(new(ErrorCode.NotReady, "The folder of the models is empty, or cannot be looked at; the log has why.", RepositoryFolder.Settling));
    }

    /// <summary>Said when it begins, and when it is over: looks are frequent.</summary>
    private void Note(string? folderFault, string? optionsFault)
    {
        var before = Fault;
        (_folderFault, _optionsFault) = (folderFault, optionsFault);
        if (Fault == before)
            return;
        if (Fault is { } fault)
            _log.ModelsStay(fault);
        else
            _log.ModelsFollow();
    }

    /// <summary>The first by name that loads.</summary>
    private void NameDefault()
    {
        foreach (var name in Snapshot.Entries.Where(entry => entry.Serves).Select(entry => entry.Candidate.Name).Distinct().ToArray())
        {
            _models.Name(name, _update.Options.Aliases);
            while (Snapshot.Default is { Instance: null, Serves: true, IsComing: false, Stamp: { } stamp } waiting)
                _update.LoadNow(waiting, stamp);
            if (Snapshot.Default is { Instance: not null })
                return;
        }
    }

    private void EnsureDefault()
    {
        if (Snapshot.Entries.All(entry => !entry.Serves))
            throw new ModelsException($"No model in {_folder!.Path} can be served.{string.Concat(Snapshot.Entries.SelectMany(entry => entry.Faults).Select(fault => Environment.NewLine + fault))}");
        if (Snapshot.Default is not { Instance: not null })
            throw new ModelsException($"Models:Default is {_models.Default}, and no such model is served from {_folder!.Path}; served are {Snapshot.ServedNames}.");
    }
}
