using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Telemetry;

/// <summary>What the catalogue shows, read from it whenever somebody collects: models that are gone have no series any more.</summary>
/// <remarks>
/// By model, all its versions together. A version is no tag: ever new ones come, and OpenTelemetry keeps every combination of tags that it has seen until the
/// process ends, up to 2000 of an instrument; of what comes after those, nothing is told.
/// </remarks>
internal sealed class CatalogMeter : IHostedService
{
    private static readonly (ModelState State, string Word)[] States = [.. Enum.GetValues<ModelState>().Select(state => (state, state.ToString().ToLowerInvariant()))];

    private readonly IModelCatalog _catalog;
    private readonly string _wanted;

    public CatalogMeter(IModelCatalog catalog, IOptions<ExecutionOptions> execution, InferenceMeter inference)
    {
        (_catalog, _wanted) = (catalog, execution.Value.Provider.ToString().ToLowerInvariant());
        var meter = inference.Meter;
        meter.CreateObservableUpDownCounter("resnet.queue.held", () => Loads(load => load.Held), "{image}", "Images that have come and not been answered, those that run among them.");
        meter.CreateObservableUpDownCounter("resnet.queue.waiting", () => Loads(load => load.Waiting), "{image}", "Images among them that wait for a decoder or for a run.");
        meter.CreateObservableUpDownCounter("resnet.queue.capacity", () => Loads(load => load.Capacity), "{image}", "The most images that a model's versions hold; further ones are refused.");
        meter.CreateObservableGauge("resnet.queue.used", () => Fullest(load => load.Held, load => load.Capacity), "1", "How full the queue is, from 0 to 1: of a model's versions, the fullest.");
        meter.CreateObservableUpDownCounter("resnet.batch.running", () => Loads(load => load.Running), "{run}", "Batches that run now.");
        meter.CreateObservableUpDownCounter("resnet.batch.runners", () => Loads(load => load.Runners), "{run}", "The most batches that run at once.");
        meter.CreateObservableGauge("resnet.batch.used", () => Fullest(load => load.Running, load => load.Runners), "1", "Of the batches that may run at once so many do, from 0 to 1: of a model's versions, the busiest.");
        meter.CreateObservableGauge("resnet.model.state", ModelStates, "{version}", "Versions of a model of the repository that are in a state.");
        meter.CreateObservableGauge("resnet.model.version", NewestVersions, description: "The highest version of a model that answers.");
        meter.CreateObservableGauge("resnet.model.faulty", Faulty, description: "1 where a version of a model does not serve, or serves what its files were before: /models says why; else 0.");
        meter.CreateObservableGauge("resnet.repository.faulty", () => catalog.Fault is null ? 0 : 1, description: "1 where the folder of the models cannot be looked at, or its options are invalid, so that all models stay as they are; else 0.");
        meter.CreateObservableGauge("resnet.model.stuck", () => Loads(load => load.IsStuck ? 1 : 0), "{version}", "Versions of a model that have lost all their runners to runs that hang, and answer nobody until the service is started again.");
        meter.CreateObservableGauge("resnet.model.info", Infos, description: "Always 1: what a model that answers runs on, and what was asked for.");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<Measurement<int>> Loads(Func<ModelLoad, int> value) =>
        from model in _catalog.Loads.GroupBy(load => load.Name)
        select new Measurement<int>(model.Sum(value), Named(model.Key));

    private IEnumerable<Measurement<double>> Fullest(Func<ModelLoad, int> used, Func<ModelLoad, int> most) =>
        from model in _catalog.Loads.GroupBy(load => load.Name)
        select new Measurement<double>(model.Max(load => (double)used(load) / most(load)), Named(model.Key));

    private IEnumerable<Measurement<int>> ModelStates() =>
        from model in _catalog.Models.GroupBy(status => status.Name)
        from state in States
        select new Measurement<int>(model.Count(status => status.State == state.State), new(Tags.Model, model.Key), new(Tags.State, state.Word));

    private IEnumerable<Measurement<int>> NewestVersions() =>
        from model in _catalog.Models.Select(status => status.Model).OfType<ServedModel>().GroupBy(model => model.Name)
        select new Measurement<int>(model.Max(version => int.Parse(version.Version, CultureInfo.InvariantCulture)), Named(model.Key));

    private IEnumerable<Measurement<int>> Faulty() =>
        from model in _catalog.Models.GroupBy(status => status.Name)
        select new Measurement<int>(model.Any(status => status is { State: ModelState.Invalid or ModelState.Ready, Faults.Count: > 0 }) ? 1 : 0, Named(model.Key));

    private IEnumerable<Measurement<int>> Infos() =>
        from info in _catalog.Models.Where(status => status.Model is not null).Select(status => (status.Name, status.Model!.Execution, status.IsDefault)).Distinct()
        select new Measurement<int>(
        1,
        new(Tags.Model, info.Name),
        new("provider", info.Execution.Provider),
        new("requested", _wanted),
        new("precision", info.Execution.Precision.ToString().ToLowerInvariant()),
        new("instruction_set", info.Execution.InstructionSet),
        new("device", info.Execution.Device),
        new("default", info.IsDefault ? "true" : "false"));

    private static KeyValuePair<string, object?> Named(string model) => new(Tags.Model, model);
}
