using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Models;
using ResNetService.Inference.Telemetry;

namespace ResNetService.Inference.Tests.Models;

/// <summary>A repository over real files and real ONNX Runtime, which looks when a test says so.</summary>
internal sealed class RepositoryFixture : IAsyncDisposable
{
    private readonly DecodePool _decoders;
    private readonly Monitor _options = new();
    private readonly InferenceMeter _meter = new();

    public RepositoryFixture(IExecutionBackend? backend = null, TimeProvider? time = null, ILogger<ModelRepository>? log = null)
    {
        var batching = Microsoft.Extensions.Options.Options.Create(new BatchingOptions { MaxBatchSize = 2, Runners = 1 });
        _decoders = new(batching, TimeProvider.System);
        Options = new();
        Repository = new(
            new(backend ?? ExecutionBackend.OnCpu(), new ImagingOptions().CreateDecoder(), _decoders, batching, time ?? TimeProvider.System, _meter, NullLogger<ModelLoader>.Instance),
            _options, time ?? TimeProvider.System, log ?? NullLogger<ModelRepository>.Instance);
    }

    public TinyModelRepository Files { get; } = new();

    /// <summary>As the configuration has them now; looks tell something however near they are.</summary>
    public ModelsOptions Options
    {
        get => _options.CurrentValue;
        set => (_options.CurrentValue = value).WatchInterval = TimeSpan.FromTicks(1);
    }

    public ModelRepository Repository { get; }

    /// <summary>References of what is loaded; then, of what else serves.</summary>
    public string Served => string.Join(' ', Repository.Snapshot.Entries.Where(entry => entry.Serves)
        .Select(entry => entry.Instance is null ? $"({entry.Candidate.Reference})" : entry.Candidate.Reference));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Task OpenAsync() => Repository.OpenAsync(Files.Path, Token);

    /// <summary>Looks as often as files need to settle.</summary>
    public async Task LookAsync()
    {
        while (!await Repository.RefreshAsync(Token))
        {
        }
    }

    public ModelEntry Entry(string reference) => Repository.Snapshot.Entries.Single(entry => entry.Candidate.Reference == reference);

    public ModelInstance Instance(string reference) => Repository.Snapshot.Find(reference)!.Instance!;

    public async ValueTask DisposeAsync()
    {
        await Repository.DisposeAsync();
        await _decoders.DisposeAsync();
        _meter.Dispose();
        Files.Dispose();
    }

    private sealed class Monitor : IOptionsMonitor<ModelsOptions>
    {
        public ModelsOptions CurrentValue { get; set; } = new();

        public ModelsOptions Get(string? name) => CurrentValue;

        public IDisposable? OnChange(Action<ModelsOptions, string?> listener) => null;
    }
}
