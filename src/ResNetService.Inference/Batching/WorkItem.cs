using System.Diagnostics;
using ResNetService.Imaging;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Telemetry;

namespace ResNetService.Inference.Batching;

/// <summary>Where an image is on its way. It goes from left to right, may end anywhere but in a run, and ends once.</summary>
internal enum WorkState
{
    Waiting,
    Decoding,
    Ready,
    Running,
    Ended,
}

/// <summary>One image of a submission. <see cref="ImageQueue"/> alone changes its state and its place; whoever holds it then completes it.</summary>
internal sealed class WorkItem(Submission submission, int index, NetworkInput input)
{
    private TimeSpan _queued, _decoding;
    private ImageSize _size;

    public NetworkInput Input => input;

    public FeatureReading? Reading => submission.Reading;

    /// <summary>Of the first images of a submission, that of the request; null of the others, and where nobody follows it.</summary>
    public Activity? Trace => index < InferenceTracing.MostImages ? submission.Trace : null;

    /// <summary>Its place among the images of its submission.</summary>
    public int Index => index;

    public CancellationToken CancellationToken => submission.CancellationToken;

    public WorkState State { get; set; }

    /// <summary>Its place in the line, while it waits.</summary>
    public LinkedListNode<WorkItem>? Place { get; set; }

    /// <summary>Its slot of the open batch, while it is decoded or ready.</summary>
    public int Slot { get; set; }

    /// <summary>When it began to wait for the stage that comes next.</summary>
    public TimeSpan WaitingSince { get; private set; }

    public void Waits(TimeSpan now) => WaitingSince = now;

    public void StopsWaiting(TimeSpan now) => _queued += now - WaitingSince;

    public void Decoded(ImageSize size, TimeSpan elapsed) => (_size, _decoding) = (size, elapsed);

    public void Answer(float[] logits, float[]? reading, TimeSpan inference) =>
        submission.Complete(index, new BatchedImage(logits, reading, _size, null, new(_decoding, _queued, inference)));

    public void Fail(ServiceError error) => submission.Complete(index, new BatchedImage(default, default, _size, error, new(_decoding, _queued, TimeSpan.Zero)));

    public void Drop() => submission.Drop();
}
