using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Models;

/// <summary>The models of a folder, loaded. Changes are made one after the other; whoever asks for a model sees the last that is whole.</summary>
internal sealed class ModelRepository : IModelControl, IAsyncDisposable
{
    private const string ShippedModel = "resnet20-cifar10";

    private readonly SemaphoreSlim _changing = new(1);
    private readonly IOptionsMonitor<ModelsOptions> _options;
    private readonly ILogger _log;
    private readonly LoadedModels _models;
    private readonly ModelUpdate _update;
    private RepositoryFolder? _folder;
    private bool _hasEnded;

    public ModelRepository(ModelLoader loader, IOptionsMonitor<ModelsOptions> options, ILogger<ModelRepository> log)
    {
        (_options, _log, _models) = (options, log, new(log));
        _update = new(loader, _models, log);
    }

    public ModelSnapshot Snapshot => _models.Snapshot;

    /// <summary>The first look: files are taken as they are, since a start does not wait for whoever may be writing them.</summary>
    /// <exception cref="ModelsException">No model can be served, or the default cannot.</exception>
    public Task OpenAsync(string folder, CancellationToken cancellationToken) => ChangeAsync(
        () =>
        {
            (_folder, _update.Options) = (new(folder), _options.CurrentValue);
            var seen = _folder.Look(trust: true);
            _models.Name(_update.Options.Default ?? (seen.Any(model => model.Candidate.Name == ShippedModel) ? ShippedModel : null), _update.Options.Aliases);
            _update.Apply(seen, cancellationToken);
            if (_models.Default is null && Snapshot.Entries.FirstOrDefault(entry => entry.Serves) is { } first)
                _models.Name(first.Candidate.Name, _update.Options.Aliases);
            if (Snapshot.Default is { LoadsOnRequest: true } waiting)
                _update.LoadNow(waiting);
            EnsureDefault();
            _log.DefaultModel(Snapshot.Default!.Candidate.Reference, folder);
            return true;
        },
        cancellationToken);

    /// <summary>A further look.</summary>
    /// <returns>Whether all files have settled; else another look is due soon.</returns>
    public Task<bool> RefreshAsync(CancellationToken cancellationToken) => ChangeAsync(
        () =>
        {
            TakeOptions();
            if (Look(trust: false) is not { } seen)
                return true;
            _update.Apply(seen, cancellationToken);
            // Only now: what an alias stands for from now on is loaded before it stands for it.
            if (_models.Name(_update.Options.Default ?? _models.Default, _models.AliasesThatServe(_update.Options.Aliases)))
                _update.Apply(seen, cancellationToken);
            return seen.All(model => model.IsSettled);
        },
        cancellationToken);

    public Task LoadAsync(string name, CancellationToken cancellationToken) => ChangeAsync(
        () =>
        {
            var versions = (Look(trust: true) ?? []).Where(model => model.Candidate.Name == name).ToArray();
            if (versions.Length == 0)
                throw Snapshot.Unknown(name);
            _update.Unloaded.Remove(name);
            // What failed is tried again, though its files are the same; what waited to be asked for waits no more.
            foreach (var entry in versions.Select(version => _models.Of(version.Candidate)).Where(entry => entry.Instance is null || entry.Faults.Count > 0))
                _models.Set(entry with { Stamp = null });
            _update.Apply(name, versions, onRequest: false, cancellationToken);
            if (versions.Select(version => _models.Of(version.Candidate)).Where(entry => !entry.IsDismissed).SelectMany(entry => entry.Faults).ToArray() is { Length: > 0 } faults)
                throw new ServiceException(new(ErrorCode.InvalidRequest, $"'{name}' does not serve as it is in the repository: {string.Join(' ', faults)}"));
            return true;
        },
        cancellationToken);

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
    public async Task<ModelLease> LoadOnRequestAsync(string reference, CancellationToken cancellationToken)
    {
        var loaded = await BeginAsync(() => LoadOnRequest(reference), cancellationToken);
        try
        {
            return await loaded.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for it any more, and it is loaded all the same: whoever comes next finds it.
            _ = loaded.ContinueWith(task => task.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    private ModelLease LoadOnRequest(string reference)
    {
        var entry = Snapshot.Find(reference) ?? throw Snapshot.Unknown(reference);
        if (entry is { Instance: null, LoadsOnRequest: true })
            entry = _update.LoadNow(entry);
        // Nothing else can end it meanwhile: that would be another change.
        return entry.Instance?.TryHold() == true
            ? new ModelLease(entry.Instance)
            : throw new ServiceException(new(ErrorCode.NotReady, $"'{reference.Shortened()}' could not be loaded; GET /models says why."));
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

    /// <summary>On a thread of its own, since loading takes long; and to its end, though the caller may go: others may wait for the same.</summary>
    private async Task<T> ChangeAsync<T>(Func<T> change, CancellationToken cancellationToken) =>
        await (await BeginAsync(change, cancellationToken)).WaitAsync(cancellationToken);

    private async Task<Task<T>> BeginAsync<T>(Func<T> change, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        return Task.Factory.StartNew(
            () =>
            {
                try
                {
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

    /// <summary>A configuration that has become invalid, or whose default does not serve, changes nothing.</summary>
    private void TakeOptions()
    {
        try
        {
            var now = _options.CurrentValue;
            if (now.Default is { } named && named != _update.Options.Default && Snapshot.Find(named) is not { Instance: not null })
                throw new ModelsException($"Models:Default is {named}, which is not loaded.");
            _update.Options = now;
            _models.Want(now.Aliases);
        }
        catch (Exception e) when (e is OptionsValidationException or ModelsException or InvalidOperationException)
        {
            _log.ModelsStay(e.Message);
        }
    }

    /// <returns>Null where the folder cannot be looked at, or is empty: a volume that is away must not take the models with it.</returns>
    private IReadOnlyList<SeenModel>? Look(bool trust)
    {
        try
        {
            if (_folder!.Look(trust) is { Count: > 0 } seen)
                return seen;
            _log.ModelsStay($"{_folder.Path} is empty.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.ModelsStay(e.Message);
        }

        return null;
    }

    private void EnsureDefault()
    {
        if (Snapshot.Entries.All(entry => !entry.Serves))
            throw new ModelsException($"No model in {_folder!.Path} can be served.{string.Concat(Snapshot.Entries.SelectMany(entry => entry.Faults).Select(fault => Environment.NewLine + fault))}");
        if (Snapshot.Default is not { Instance: not null })
            throw new ModelsException($"Models:Default is {_models.Default}, and no such model is served from {_folder!.Path}; served are {Snapshot.ServedNames}.");
    }
}
