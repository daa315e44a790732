using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Telemetry;

/// <summary>What the catalogue shows, read from it whenever somebody collects: models that are gone have no series any more.</summary>
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
        meter.CreateObservableUpDownCounter("resnet.queue.capacity", () => Loads(load => load.Capacity), "{image}", "The most images that a model holds; further ones are refused.");
        meter.CreateObservableUpDownCounter("resnet.batch.running", () => Loads(load => load.Running), "{run}", "Batches that run now.");
        meter.CreateObservableUpDownCounter("resnet.batch.runners", Runners, "{run}", "The most batches that run at once.");
        meter.CreateObservableGauge("resnet.model.state", ModelStates, description: "1 for the state in which a model of the repository is, 0 for the others.");
        meter.CreateObservableGauge("resnet.model.info", Infos, description: "Always 1: what a model that answers runs on, and what was asked for.");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<Measurement<int>> Loads(Func<ModelLoad, int> value) =>
        _catalog.Loads.Select(load => new Measurement<int>(value(load), new(Tags.Model, load.Name), new(Tags.Version, load.Version)));

    private IEnumerable<Measurement<int>> Runners() =>
        Served().Select(model => new Measurement<int>(model.Runners, new(Tags.Model, model.Name), new(Tags.Version, model.Version)));

    private IEnumerable<Measurement<int>> ModelStates() =>
        from status in _catalog.Models
        from state in States
        select new Measurement<int>(status.State == state.State ? 1 : 0, new(Tags.Model, status.Name), new(Tags.Version, status.Version), new(Tags.State, state.Word));

    private IEnumerable<Measurement<int>> Infos() =>
        from status in _catalog.Models
        where status.Model is not null
        let model = status.Model
        select new Measurement<int>(
        1,
        new(Tags.Model, model.Name),
        new(Tags.Version, model.Version),
        new("provider", model.Execution.Provider),
        new("requested", _wanted),
        new("precision", model.Execution.Precision.ToString().ToLowerInvariant()),
        new("instruction_set", model.Execution.InstructionSet),
        new("device", model.Execution.Device),
        new("default", status.IsDefault ? "true" : "false"));

    private IEnumerable<ServedModel> Served() => _catalog.Models.Select(status => status.Model).OfType<ServedModel>();
}
