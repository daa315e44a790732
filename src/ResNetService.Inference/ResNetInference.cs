using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Embedding;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Explanation;
using ResNetService.Inference.Models;
using ResNetService.Inference.Telemetry;

namespace ResNetService.Inference;

/// <summary>One model directory in this process, without a host: the same loading, batching and classification that serve over HTTP.</summary>
public sealed class ResNetInference : IAsyncDisposable
{
    private readonly ModelInstance _instance;
    private readonly DecodePool _decoders;
    private readonly InferenceMeter _meter;

    private ResNetInference(ModelInstance instance, DecodePool decoders, InferenceMeter meter)
    {
        (_instance, _decoders, _meter) = (instance, decoders, meter);
        var runs = new ModelRuns(new Single(instance), TimeProvider.System);
        (Classifier, Embedder, Explainer) = (new ImageClassifier(runs), new ImageEmbedder(runs), new ImageExplainer(runs));
    }

    public ServedModel Model => _instance.Model;

    /// <summary>Answers for this model; a request need not name it.</summary>
    public IImageClassifier Classifier { get; }

    /// <inheritdoc cref="Classifier"/>
    public IImageEmbedder Embedder { get; }

    /// <inheritdoc cref="Classifier"/>
    public IImageExplainer Explainer { get; }

    /// <summary>Validates, loads and warms the model.</summary>
    /// <param name="modelDirectory">A directory with <c>model.onnx</c> and <c>manifest.json</c>, wherever it lies.</param>
    /// <param name="loggers">Null to be silent.</param>
    /// <param name="execution">Null for what a service without configuration does; so with <paramref name="batching"/>.</param>
    /// <exception cref="ModelsException">The model cannot be served; the message lists every fault.</exception>
    public static async Task<ResNetInference> OpenAsync(
        string modelDirectory, ILoggerFactory? loggers = null, ExecutionOptions? execution = null, BatchingOptions? batching = null)
    {
        loggers ??= NullLoggerFactory.Instance;
        var directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(modelDirectory));
        if (!Directory.Exists(directory))
            throw new ModelsException($"There is no directory {modelDirectory}; a model is a directory with model.onnx and manifest.json.");

        // Its place gives a model its name in a repository; alone it may lie anywhere, and is called by its directory.
        var candidate = ModelScan.InDirectory("model", "1", directory);
        if (candidate.Faults.Count > 0)
            throw new ModelsException(string.Join(Environment.NewLine, candidate.Faults));

        var batchingOptions = Options.Create(batching ?? new BatchingOptions());
        var decoders = new DecodePool(batchingOptions, TimeProvider.System);
        var meter = new InferenceMeter();
        var loader = new ModelLoader(
            new OnnxRuntimeBackend(Options.Create(execution ?? new ExecutionOptions()), loggers.CreateLogger<OnnxRuntimeBackend>()),
            new ImagingOptions().CreateDecoder(),
            decoders,
            batchingOptions,
            TimeProvider.System,
            meter,
            loggers.CreateLogger<ModelLoader>());
        try
        {
            var loaded = loader.TryLoad(candidate);
            return new(loaded.Instance ?? throw new ModelsException(string.Join(Environment.NewLine, loaded.Faults)), decoders, meter);
        }
        catch
        {
            await decoders.DisposeAsync();
            meter.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _instance.DisposeAsync();
        await _decoders.DisposeAsync();
        _meter.Dispose();
    }

    private sealed class Single(ModelInstance instance) : IModelSource
    {
        public ValueTask<ModelLease> AcquireAsync(string? reference, TimeSpan? deadline, CancellationToken cancellationToken) => ValueTask.FromResult(TryAcquire(reference));

        public ModelLease TryAcquire(string? reference)
        {
            instance.TryHold();
            return new(instance);
        }
    }
}
