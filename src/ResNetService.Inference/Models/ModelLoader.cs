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
/// <param name="MayPass">Whether the same files may be loaded at another time: one of them could not be read, or memory was short.</param>
internal sealed record LoadResult(ModelInstance? Instance, IReadOnlyList<string> Faults, IReadOnlyList<string> Warnings, bool MayPass = false);

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
    /// <summary>Far beyond what the largest network takes from a slow disk, and less than orchestrators wait for a start.</summary>
    private static readonly TimeSpan LongestLoad = TimeSpan.FromSeconds(90);

    /// <summary>Several times what a load takes where cores are free half of the time; if it is not enough, they hardly ever are.</summary>
    private static readonly TimeSpan LeastIdleLoad = TimeSpan.FromSeconds(2), LongestIdleLoad = TimeSpan.FromSeconds(20);

    /// <summary>Of memory, as estimated: for each of these a load has one more.</summary>
    private const double BytesOfIdleSecond = 20e6;

    private static readonly string[] ShortOfMemory = ["bad_alloc", "failed to allocate", "out of memory"];

    private const string InexactDecoding =
        "Imaging:FastDecode is on: large JPEG images are decoded at a part of their size, and the model sees pixels that are near those it was trained on, not the same";

    /// <summary>One that was not over in its time, and may be at it still.</summary>
    private Task? _starved;

    /// <summary>As <see cref="TryLoad(ModelCandidate)"/>. A load that hangs is left to itself when its time is over: other models serve meanwhile, and their changes wait no longer.</summary>
    /// <param name="priority">Where it is <see cref="LoadPriority.Idle"/> and the machine hardly ever is, the load begins once more, and the first to end counts.</param>
    public LoadResult TryLoadInTime(ModelCandidate candidate, LoadPriority priority)
    {
        if (priority == LoadPriority.Idle && _starved is { IsCompleted: false })
            priority = LoadPriority.Low;
        var start = time.GetTimestamp();
        var loads = new List<Task<LoadResult>> { Begin(candidate, priority) };
        if (priority == LoadPriority.Idle && First(loads, IdleLoadOf(candidate)) is null)
        {
            log.LoadBeginsAgain(candidate.Reference);
            // A task of its own, since that of a load would hold what it has loaded.
            _starved = loads[0].ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            loads.Add(Begin(candidate, LoadPriority.Low));
        }

        var first = First(loads, LongestLoad);
        // There may have been room for one of two.
        if (first?.Result is { Instance: null, MayPass: true } && loads.Count > 1)
        {
            loads.Remove(first);
            first = First(loads, LongestLoad) ?? first;
        }

        foreach (var late in loads.Where(load => load != first))
            _ = late.ContinueWith(task => task.Result.Instance?.DisposeAsync(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        return first is null
            ? new(null, [$"{candidate.GraphPath}: was not loaded in {LongestLoad.TotalSeconds:F0} s, and is given up until its files change"], [])
            : Announced(candidate, first.Result, start);
    }

    public LoadResult TryLoad(ModelCandidate candidate)
    {
        var start = time.GetTimestamp();
        return Announced(candidate, LoadNow(candidate), start);
    }

    private static TimeSpan IdleLoadOf(ModelCandidate candidate)
    {
        var wanted = LeastIdleLoad + TimeSpan.FromSeconds(EstimateOf(candidate) / BytesOfIdleSecond);
        return wanted < LongestIdleLoad ? wanted : LongestIdleLoad;
    }

    private Task<LoadResult> Begin(ModelCandidate candidate, LoadPriority priority) => Task.Factory.StartNew(
        () => LowPriority.Of(priority, () => LoadNow(candidate)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <returns>That which has ended; null where none has in this time.</returns>
    private Task<LoadResult>? First(IReadOnlyList<Task<LoadResult>> loads, TimeSpan longest)
    {
        try
        {
            return Task.WhenAny(loads).WaitAsync(longest, time).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private LoadResult Announced(ModelCandidate candidate, LoadResult result, long start)
    {
        if (result.Instance?.Model.Execution is { } info)
            log.ModelReady(candidate.Reference, info.Provider, info.Precision, info.InstructionSet, decoder.JpegDecoder, time.GetElapsedTime(start).TotalMilliseconds);
        return result;
    }

    private LoadResult LoadNow(ModelCandidate candidate)
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
            return new(null, [e.Message], [], MayPass: MayPass(e));
        }
        catch (Exception e)
        {
            // A model that is too large for the memory, or for a buffer, takes nothing from the others.
            log.LoadFailed(e, candidate.Reference);
            return new(null, [$"{candidate.GraphPath}: {e.Message}"], [], MayPass: true);
        }
    }

    /// <summary>A disk that cannot be read, or memory that is short, which ONNX Runtime says in words alone.</summary>
    private static bool MayPass(Exception? fault) => fault is not null
        && (fault is IOException or UnauthorizedAccessException
            || ShortOfMemory.Any(words => fault.Message.Contains(words, StringComparison.OrdinalIgnoreCase)) || MayPass(fault.InnerException));

    /// <exception cref="ManifestException">The manifest, or what it says of the graph, is wrong; every fault is listed.</exception>
    /// <exception cref="ExecutionException">The graph cannot be loaded or run, or a file of the model cannot be read.</exception>
    private LoadResult Load(ModelCandidate candidate)
    {
        // First: a file that cannot be read is told from one that is wrong.
        var digest = DigestOf(candidate);
        var read = candidate.ManifestPath is { } path ? ManifestReader.Read(path) : null;
        var session = backend.Load(candidate.GraphPath, read?.Precision ?? Precision.Fp32);
        try
        {
            var manifest = read ?? BareGraph.Assume(candidate.GraphPath, session.Signature);
            var faults = GraphCheck.Faults(candidate.ManifestPath ?? candidate.GraphPath, manifest, session.Signature).ToArray();
            if (faults.Length > 0)
                throw new ManifestException(faults);

            var features = GraphCheck.FeaturesOf(manifest, session.Signature);
            var classifier = features is null ? null : LowPriority.Run(() => PooledClassifierReader.Read(candidate.GraphPath, manifest, features));
            var options = batching.Value.For(candidate.Name);
            var telemetry = new ModelTelemetry(meter, candidate.Name, candidate.Version);
            var batcher = new Batcher(session, new ImageInput(manifest, decoder), options, decoders, time, log, features, telemetry);
            var info = new ExecutionInfo(session.Provider, manifest.Precision, InstructionSet.Name) { Device = session.Device };
            var model = new ServedModel(
                candidate.Name, candidate.Version, manifest, digest, info, options.RunnersOn(session), features, Explains: classifier is not null);
            telemetry.Begins();
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
            return LowPriority.Run(candidate.Files.Digest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExecutionException($"{candidate.Reference} cannot be read: {e.Message}", e);
        }
    }

    private IReadOnlyList<string> Warnings(bool isBare) => [.. isBare ? [BareGraph.Warning] : Array.Empty<string>(), .. decoder.IsExact ? Array.Empty<string>() : [InexactDecoding]];
}
