using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ResNetService.Imaging;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Explanation;
using ResNetService.Inference.Telemetry;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Models;

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

    /// <summary>A bound for links that lead in a circle.</summary>
    private const int DeepestFile = 3;

    /// <exception cref="ManifestException">The manifest, or what it says of the graph, is wrong; every fault is listed.</exception>
    /// <exception cref="ExecutionException">The graph cannot be loaded or run, or a file of the model cannot be read.</exception>
    public (ModelInstance Instance, IReadOnlyList<string> Warnings) Load(ModelCandidate candidate)
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
            var telemetry = new ModelTelemetry(meter, candidate.Name, candidate.Version);
            var batcher = new Batcher(session, new ImageInput(manifest, decoder), batching.Value, decoders, time, log, features, telemetry);
            var info = new ExecutionInfo(session.Provider, manifest.Precision, InstructionSet.Name) { Device = session.Device };
            var model = new ServedModel(
                candidate.Name, candidate.Version, manifest, digest, info, batching.Value.RunnersOn(session), IsDefault: false, features, Explains: classifier is not null);
            log.ModelReady(candidate.Reference, info.Provider, info.Precision, info.InstructionSet, decoder.JpegDecoder, time.GetElapsedTime(start).TotalMilliseconds);
            return (new ModelInstance(model, session, batcher, new LoadMeter(time, telemetry), classifier), Warnings(read is null));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Of every file, since a graph may have its weights in others.</summary>
    private static string DigestOf(ModelCandidate candidate)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            foreach (var path in FilesOf(candidate).Order(StringComparer.Ordinal))
            {
                using var file = File.OpenRead(path);
                hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(path)));
                hash.AppendData(SHA256.HashData(file));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExecutionException($"{candidate.Reference} cannot be read: {e.Message}", e);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Those of a graph that lies among others begin with its name, as ONNX's tools name them.</summary>
    private static IEnumerable<string> FilesOf(ModelCandidate candidate) => candidate.Directory is { } directory
        ? Directory.EnumerateFiles(directory, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = DeepestFile, AttributesToSkip = FileAttributes.None })
        : Directory.EnumerateFiles(Path.GetDirectoryName(candidate.GraphPath)!, Path.GetFileName(candidate.GraphPath) + "*");

    private IReadOnlyList<string> Warnings(bool isBare) => [.. isBare ? [BareGraph.Warning] : Array.Empty<string>(), .. decoder.IsExact ? Array.Empty<string>() : [InexactDecoding]];
}
