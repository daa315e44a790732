using System.Diagnostics.Metrics;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Telemetry;

/// <summary>The instruments of what images go through, for all models. Nothing is computed for them while nobody listens.</summary>
/// <remarks>
/// The stages share one instrument, since they have one unit and one scale and are looked at beside each other: what is slow is one query. Its values are
/// not of equal count: images are decoded and wait, batches are assembled and run, requests are read and postprocessed.
/// </remarks>
public sealed class InferenceMeter : IDisposable
{
    /// <summary>Of the meter, by which listeners choose.</summary>
    public const string Name = "ResNetService.Inference";

    /// <summary>Advice in seconds: from the copy of one image to a request that waits as long as it may.</summary>
    private static readonly double[] Seconds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private static readonly int[] Images = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    private readonly Meter? _owned;

    /// <param name="meters">Null in a program without a host: the meter is this object's own then.</param>
    public InferenceMeter(IMeterFactory? meters = null)
    {
        Meter = meters?.Create(Name) ?? (_owned = new Meter(Name));
        StageDuration = Meter.CreateHistogram(
            "resnet.stage.duration", "s", "Time in one stage: of a request (read, postprocess), an image (decode, queue) or a batch (assemble, run).",
            tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
        BatchSize = Meter.CreateHistogram("resnet.batch.size", "{image}", "Images that ran together.", tags: null, new InstrumentAdvice<int> { HistogramBucketBoundaries = Images });
        BatchRuns = Meter.CreateCounter<long>("resnet.batch.runs", "{run}", "Batches that ran, by outcome: completed or failed.");
        ImagesEnded = Meter.CreateCounter<long>("resnet.images", "{image}", "Images that were handed in to a model, by outcome: answered, departed, or why there is no answer.");
    }

    internal Meter Meter { get; }

    internal Histogram<double> StageDuration { get; }

    internal Histogram<int> BatchSize { get; }

    internal Counter<long> BatchRuns { get; }

    internal Counter<long> ImagesEnded { get; }

    /// <summary>A host has received the body of a request, which the core does not see.</summary>
    public void RecordRead(ServedModel model, TimeSpan elapsed) =>
        StageDuration.Record(elapsed.TotalSeconds, new(Tags.Model, model.Name), new(Tags.Stage, Stages.Read));

    public void Dispose() => _owned?.Dispose();
}
