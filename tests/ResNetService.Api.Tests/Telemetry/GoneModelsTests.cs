using ResNetService.Inference.Execution;
using ResNetService.Inference.Models;
using ResNetService.ModelFormat;

namespace ResNetService.Api.Tests.Telemetry;

/// <summary>OpenTelemetry collects from all services of a process together: such a test is alone in it.</summary>
[CollectionDefinition(nameof(GoneModelsTests), DisableParallelization = true)]
[Collection(nameof(GoneModelsTests))]
public sealed class GoneModelsTests
{
    private static readonly string Manifest = Path.Combine(Repository.Root, "models/resnet20-cifar10/1/manifest.json");

    /// <summary>Through the whole way to Prometheus: a series that stays would be alarmed about for ever.</summary>
    [Fact]
    public async Task Models_ThatAreGone_HaveNoSeries()
    {
        var catalog = new ChangingCatalog { Models = [Status("a"), Status("b")] };
        await using var host = new ServiceHost([], services => services.AddSingleton<IModelCatalog>(catalog));
        var before = await Scrape.SeriesAsync(host.Client, "resnet_model_", "resnet_queue_");
        catalog.Models = [Status("b"), Status("c", ModelState.Invalid)];
        var after = await Scrape.SeriesAsync(host.Client, "resnet_model_", "resnet_queue_");

        Assert.Contains(before, series => series.StartsWith("resnet_queue_held{model=\"a\"", StringComparison.Ordinal));
        Assert.Contains(before, series => series.Contains("model=\"a\"", StringComparison.Ordinal) && series.StartsWith("resnet_model_info", StringComparison.Ordinal));
        Assert.DoesNotContain(after, series => series.Contains("model=\"a\"", StringComparison.Ordinal));
        Assert.Contains(after, series => series.StartsWith("resnet_queue_held{model=\"b\"", StringComparison.Ordinal));
        Assert.Contains("resnet_model_state{model=\"c\",state=\"invalid\"} 1", after);
    }

    /// <summary>Ever new ones come, and the series of each would be kept until the process ends.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Versions_ThatFollowOneAnother_AddNoSeries()
    {
        var models = TinyModelRepository.WithColor();
        await using var host = new ServiceHost(new() { ["Models:WatchInterval"] = "00:00:00.02" }, models: models);
        await host.Client.PostAsync(Replies.Raw(Replies.Red));
        var before = await Scrape.SeriesAsync(host.Client, "resnet_");
        models.Add("color", "2");
        while ((await host.Client.PostAsync(Replies.Raw(Replies.Red))).Text("version") != "2")
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        var after = await Scrape.SeriesAsync(host.Client, "resnet_");

        Assert.Equal(before.Select(NameOf), after.Select(NameOf));
        Assert.Contains("resnet_model_version{model=\"color\"} 1", before);
        Assert.Contains("resnet_model_version{model=\"color\"} 2", after);

        static string NameOf(string series) => series[..series.LastIndexOf(' ')];
    }

    private static ModelStatus Status(string name, ModelState state = ModelState.Ready)
    {
        var served = state != ModelState.Ready ? null : new ServedModel(
            name, "1", ManifestReader.Read(Manifest), "", new ExecutionInfo("cpu", Precision.Fp32, "none"), Runners: 1);
        return new(name, "1", state, served, [], []);
    }

    private sealed class ChangingCatalog : IModelCatalog
    {
        public bool IsReady => true;

        public required IReadOnlyList<ModelStatus> Models { get; set; }

        public IReadOnlyList<ModelLoad> Loads => [.. Models.Where(model => model.Model is not null).Select(model => new ModelLoad(model.Name, model.Version, 0, 1, 0, 0, 0, 0, 0, null) { Runners = 1 })];

        public ServedModel? Find(string? reference) => null;

        public ValueTask<ModelLease> AcquireAsync(string? reference, TimeSpan? deadline, CancellationToken cancellationToken) => throw new InvalidOperationException();
    }
}
