using System.Collections.Frozen;
using System.Text.Json;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Telemetry;

/// <summary>Records what one model does. Its tags are made once: recording allocates nothing.</summary>
internal sealed class ModelTelemetry(InferenceMeter meter, string model, string version)
{
    /// <summary>The caller went, or gave up, before the image had an answer.</summary>
    public const string Departed = "departed";

    private const string Answered = "answered";
    private const string Completed = "completed";
    private const string Failed = "failed";

    /// <summary>Of every error that there is: a new one needs no line here.</summary>
    private static readonly FrozenDictionary<ErrorCode, string> Words =
        Enum.GetValues<ErrorCode>().ToFrozenDictionary(code => code, code => JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString()));

    private readonly KeyValuePair<string, object?> _model = new(Tags.Model, model);

    /// <summary>For a batcher that nobody observes.</summary>
    public static ModelTelemetry Unobserved { get; } = new(new InferenceMeter(), "", "");

    public string Model => model;

    public string Version => version;

    public static string WordOf(ErrorCode code) => Words[code];

    /// <summary>Its failed runs begin at 0: in a series whose first value is 1 Prometheus sees no increase, and the first failure would alarm nobody.</summary>
    public void Begins() => meter.BatchRuns.Add(0, _model, new(Tags.Outcome, Failed));

    public void Stage(string stage, TimeSpan elapsed) => meter.StageDuration.Record(elapsed.TotalSeconds, _model, new(Tags.Stage, stage));

    public void Batch(int images, TimeSpan elapsed, bool completed)
    {
        meter.BatchSize.Record(images, _model);
        meter.BatchRuns.Add(1, _model, new(Tags.Outcome, completed ? Completed : Failed));
        if (completed)
            Stage(Stages.Run, elapsed);
    }

    /// <summary>A request has ended: what became of its images, and where their time went.</summary>
    public void Ended(IReadOnlyList<BatchedImage> images)
    {
        var answered = 0;
        // By index: the enumerator of an interface is an object.
        for (var i = 0; i < images.Count; i++)
        {
            var image = images[i];
            Stage(Stages.Queue, image.Timings.Queue);
            if (image.Timings.Decode > TimeSpan.Zero)
                Stage(Stages.Decode, image.Timings.Decode);
            if (image.Error is { } error)
                Ended(1, WordOf(error.Code));
            else
                answered++;
        }

        if (answered > 0)
            Ended(answered, Answered);
    }

    /// <param name="outcome"><see cref="Departed"/>, or that of an error.</param>
    public void Ended(int images, string outcome) => meter.ImagesEnded.Add(images, _model, new(Tags.Outcome, outcome));
}
