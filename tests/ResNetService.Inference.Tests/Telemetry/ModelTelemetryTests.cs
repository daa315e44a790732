using System.Diagnostics;
using System.Diagnostics.Metrics;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Telemetry;

namespace ResNetService.Inference.Tests.Telemetry;

/// <summary>Alone in the process, whose listeners hear of every meter.</summary>
[CollectionDefinition(nameof(ModelTelemetryTests), DisableParallelization = true)]
[Collection(nameof(ModelTelemetryTests))]
public sealed class ModelTelemetryTests
{
    private static readonly BatchedImage[] Images =
        [new(default, default, default, null, new(TimeSpan.FromTicks(1), default, default)), new(default, default, default, new(ErrorCode.CorruptImage, "a test"), default)];

    /// <summary>Measuring is in every image's way, whether anybody listens or not.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Recording_AllocatesNothing(bool measured)
    {
        using var meter = new InferenceMeter();
        using var listener = new MeterListener();
        var seen = 0;
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (measured && instrument.Meter == meter.Meter)
                listener.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => seen++);
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => seen++);
        listener.SetMeasurementEventCallback<int>((_, _, _, _) => seen++);
        listener.Start();
        var telemetry = new ModelTelemetry(meter, "a", "1");
        Record(telemetry, 100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Record(telemetry, 1000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(measured, seen > 0);
    }

    /// <summary>A trace that nobody follows is not begun: also where a request has an activity for its log.</summary>
    [Fact]
    public void Spans_WithoutAListener_AreNotMade()
    {
        using var request = new Activity("request").Start();

        Assert.Null(InferenceTracing.CurrentRequest);
        Assert.Null(InferenceTracing.StartRead());
    }

    [Fact]
    public void Outcome_OfEveryError_IsItsNameAsMetricsHaveThem()
    {
        Assert.Equal("queue_full", ModelTelemetry.WordOf(ErrorCode.QueueFull));
        Assert.All(Enum.GetValues<ErrorCode>(), code => Assert.Matches("^[a-z]+(_[a-z]+)*$", ModelTelemetry.WordOf(code)));
    }

    [Fact]
    public async Task Inference_WithoutAHost_IsMeasuredToo()
    {
        using var models = TinyModelRepository.WithColor();
        await using var inference = await ResNetInference.OpenAsync(Path.Combine(models.Path, "color", "1"));
        var answered = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Name: "resnet.images", Meter.Name: InferenceMeter.Name })
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, images, tags, _) => answered += tags.ToArray().Any(tag => (string?)tag.Value == "answered") ? images : 0);
        listener.Start();
        await inference.Classifier.ClassifyAsync(new([new EncodedImage(null, TinyImage.Png(2, 2, 1, 2, 3))]), TestContext.Current.CancellationToken);

        Assert.Equal(1, answered);
    }

    private static void Record(ModelTelemetry telemetry, int times)
    {
        for (var i = 0; i < times; i++)
        {
            telemetry.Stage(Stages.Assemble, TimeSpan.FromTicks(i));
            telemetry.Batch(8, TimeSpan.FromTicks(i), completed: i % 2 == 0);
            telemetry.Ended(Images);
            telemetry.Ended(3, ModelTelemetry.Departed);
        }
    }
}
