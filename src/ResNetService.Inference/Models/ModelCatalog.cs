using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Models;

/// <summary>The models of the repository. Loads them before the host begins to listen, and drains them after it has stopped.</summary>
internal sealed class ModelCatalog(
    ModelLoader loader, IOptions<ModelsOptions> options, IHostEnvironment environment, IHostApplicationLifetime lifetime, ILogger<ModelCatalog> log)
    : IModelCatalog, IModelSource, IHostedLifecycleService, IAsyncDisposable
{
    private const string ShippedModel = "resnet20-cifar10";

    private volatile Served _served = Served.None;
    private volatile bool _isReady;

    public bool IsReady => _isReady;

    public IReadOnlyList<ModelStatus> Models => _served.Statuses;

    public IReadOnlyList<ModelLoad> Loads =>
        [.. _served.Instances.Select(instance => instance.Meter.Read(instance.Model.Name, instance.Model.Version, instance.Batcher.Load))];

    public ServedModel Find(string? reference) => FindInstance(reference).Model;

    public ModelInstance FindInstance(string? reference)
    {
        var served = _served;
        if (served.Instances.Count == 0)
            throw new ServiceException(new(ErrorCode.NotReady, "The models are being loaded; try again in a moment.", TimeSpan.FromSeconds(1)));
        return reference is null ? served.Default! : Match(served.Instances, reference)
            ?? throw new ServiceException(new(ErrorCode.UnknownModel, $"There is no model '{reference.Shortened()}'; known are {string.Join(", ", served.Instances.Select(Reference))}."));
    }

    /// <summary>Before any hosted service starts, the server among them: whoever can connect finds the models warm.</summary>
    /// <exception cref="ModelsException">No model can be served, or the default cannot.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var folder = ModelsFolder.Find(options.Value.Path, environment.ContentRootPath, AppContext.BaseDirectory);
        var (instances, statuses) = (new List<ModelInstance>(), new List<ModelStatus>());
        foreach (var candidate in ModelScan.Run(folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            statuses.Add(Load(candidate, instances));
        }

        _served = WithDefault(folder, instances, statuses);
        _isReady = true;
        lifetime.ApplicationStopping.Register(() => _isReady = false);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After the server has answered its last request.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken) => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        var instances = Interlocked.Exchange(ref _served, Served.None).Instances;
        foreach (var instance in instances)
            await instance.DisposeAsync();
    }

    private ModelStatus Load(ModelCandidate candidate, List<ModelInstance> instances)
    {
        var faults = candidate.Faults;
        if (faults.Count == 0)
        {
            try
            {
                var (instance, warnings) = loader.Load(candidate);
                instances.Add(instance);
                foreach (var warning in warnings)
                    log.ModelWarning(candidate.Reference, warning);
                return new(candidate.Name, candidate.Version, ModelState.Ready, instance.Model, [], warnings);
            }
            catch (ManifestException e)
            {
                faults = [.. e.Faults.Select(fault => fault.ToString())];
            }
            catch (ExecutionException e)
            {
                faults = [e.Message];
            }
        }

        log.ModelInvalid(candidate.Reference, string.Join(Environment.NewLine, faults));
        return new(candidate.Name, candidate.Version, ModelState.Invalid, null, faults, []);
    }

    private Served WithDefault(string folder, List<ModelInstance> instances, List<ModelStatus> statuses)
    {
        if (instances.Count == 0)
            throw new ModelsException($"No model in {folder} can be served.{string.Concat(statuses.SelectMany(s => s.Faults).Select(f => Environment.NewLine + f))}");
        var chosen = options.Value.Default is { } named
            ? Match(instances, named) ?? throw new ModelsException($"Models:Default is {named}, and no such model is served from {folder}; served are {string.Join(", ", instances.Select(Reference))}.")
            : Match(instances, ShippedModel) ?? Match(instances, instances[0].Model.Name)!;
        chosen.MarkDefault();
        log.DefaultModel(Reference(chosen), folder);
        return new(instances, chosen, [.. statuses.Select(s => s.Name == chosen.Model.Name && s.Version == chosen.Model.Version ? s with { Model = chosen.Model } : s)]);
    }

    /// <summary><c>name</c>: its highest version. <c>name:version</c>: that one.</summary>
    private static ModelInstance? Match(IReadOnlyList<ModelInstance> instances, string reference) =>
        instances.FirstOrDefault(i => Reference(i) == reference)
        ?? instances.Where(i => i.Model.Name == reference).MaxBy(i => int.Parse(i.Model.Version, null));

    private static string Reference(ModelInstance instance) => $"{instance.Model.Name}:{instance.Model.Version}";

    private sealed record Served(IReadOnlyList<ModelInstance> Instances, ModelInstance? Default, IReadOnlyList<ModelStatus> Statuses)
    {
        public static Served None { get; } = new([], null, []);
    }
}
