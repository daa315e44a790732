using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ResNetService.Imaging;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Explanation;
using ResNetService.Inference.Telemetry;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Models;

/// <summary>What became of a model that was to be loaded.</summary>
/// <param name="Instance">Null where there are faults.</param>
/// <param name="Warnings">What the operator should know although it serves.</param>
internal sealed record LoadResult(ModelInstance? Instance, IReadOnlyList<string> Faults, IReadOnlyList<string> Warnings);

/// <summary>Validates, loads and warms one model.</summary>
internal sealed class ModelLoader(
    IExecutionBackend backend,
    ImageDecoder decoder,
    DecodePool decoders,
    IOptions<BatchingOptions> batching,
    TimeProvider time,
    InferenceMeter meter,
    ILogger<ModelLoader> log)
{
    private const string InexactDecoding =
        "Imaging:FastDecode is on: large JPEG images are decoded at a part of their size, and the model sees pixels that are near those it was trained on, not the same";

    public LoadResult TryLoad(ModelCandidate candidate)
    {
        if (candidate.Faults.Count > 0)
            return new(null, candidate.Faults, []);
        try
        {
            return Load(candidate);
        }
        catch (ManifestException e)
        {
            return new(null, [.. e.Faults.Select(fault => fault.ToString())], []);
        }
        catch (ExecutionException e)
        {
            return new(null, [e.Message], []);
        }
        catch (Exception e)
        {
            // A model that is too large for the memory, or for a buffer, takes nothing from the others.
            log.LoadFailed(e, candidate.Reference);
            return new(null, [$"{candidate.GraphPath}: {e.Message}"], []);
        }
    }

    /// <exception cref="ManifestException">The manifest, or what it says of the graph, is wrong; every fault is listed.</exception>
    /// <exception cref="ExecutionException">The graph cannot be loaded or run, or a file of the model cannot be read.</exception>
    private LoadResult Load(ModelCandidate candidate)
    {
        var read = candidate.ManifestPath is { } path ? ManifestReader.Read(path) : null;
        var start = time.GetTimestamp();
        var session = backend.Load(candidate.GraphPath, read?.Precision ?? Precision.Fp32);
        try
        {
            var manifest = read ?? BareGraph.Assume(candidate.GraphPath, session.Signature);
            var faults = GraphCheck.Faults(candidate.ManifestPath ?? candidate.GraphPath, manifest, session.Signature).ToArray();
            if (faults.Length > 0)
                throw new ManifestException(faults);

            var features = GraphCheck.FeaturesOf(manifest, session.Signature);
            var classifier = features is null ? null : PooledClassifierReader.Read(candidate.GraphPath, manifest, features);
            var digest = DigestOf(candidate);
            var options = batching.Value.For(candidate.Name);
            var telemetry = new ModelTelemetry(meter, candidate.Name, candidate.Version);
            var batcher = new Batcher(session, new ImageInput(manifest, decoder), options, decoders, time, log, features, telemetry);
            var info = new ExecutionInfo(session.Provider, manifest.Precision, InstructionSet.Name) { Device = session.Device };
            var model = new ServedModel(
                candidate.Name, candidate.Version, manifest, digest, info, options.RunnersOn(session), features, Explains: classifier is not null);
            log.ModelReady(candidate.Reference, info.Provider, info.Precision, info.InstructionSet, decoder.JpegDecoder, time.GetElapsedTime(start).TotalMilliseconds);
            return new(new ModelInstance(model, session, batcher, new LoadMeter(time, telemetry), classifier, EstimateOf(candidate)), [], Warnings(read is null));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of memory that the model will take; 0 where its files cannot be read, as the load will say.</summary>
    public static long EstimateOf(ModelCandidate candidate)
    {
        try
        {
            return MemoryBudget.Estimate(candidate.Files.Bytes());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <exception cref="ExecutionException">A file cannot be read.</exception>
    private static string DigestOf(ModelCandidate candidate)
    {
        try
        {
            return candidate.Files.Digest();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExecutionException($"{candidate.Reference} cannot be read: {e.Message}", e);
        }
    }

    private IReadOnlyList<string> Warnings(bool isBare) => [.. isBare ? [BareGraph.Warning] : Array.Empty<string>(), .. decoder.IsExact ? Array.Empty<string>() : [InexactDecoding]];
}
