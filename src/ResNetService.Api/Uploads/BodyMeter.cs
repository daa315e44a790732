using System.Diagnostics;
using ResNetService.Api.Telemetry;
using ResNetService.Inference.Models;
using ResNetService.Inference.Telemetry;

namespace ResNetService.Api.Uploads;

/// <summary>Measures how long bodies take to arrive, and what they bring.</summary>
internal sealed class BodyMeter(InferenceMeter stages, ServiceMeter service, IModelCatalog catalog, TimeProvider time)
{
    private readonly IModelCatalog _catalog = catalog;

    /// <summary>The body begins to be read. One that is not read to its end is not measured.</summary>
    public Reading Start() => new(this, time.GetTimestamp(), InferenceTracing.StartRead());

    /// <summary>Of a body that arrived before this service was asked.</summary>
    public void Received(ServedModel model, long bytes) => service.Received(model, bytes);

    public readonly struct Reading(BodyMeter meter, long start, Activity? span) : IDisposable
    {
        /// <param name="model">As the caller wrote it: what is recorded is the catalogue's.</param>
        /// <param name="bytes">Of the images or tensors.</param>
        public void Ended(string? model, long bytes)
        {
            var elapsed = meter.Elapsed(start);
            span?.Dispose();
            if (meter._catalog.Find(model) is { } served)
                meter.Record(served, elapsed, bytes);
        }

        public void Dispose() => span?.Dispose();
    }

    private TimeSpan Elapsed(long start) => time.GetElapsedTime(start);

    private void Record(ServedModel model, TimeSpan elapsed, long bytes)
    {
        stages.RecordRead(model, elapsed);
        service.Received(model, bytes);
    }
}
