using System.Diagnostics;
using ResNetService.Inference.Telemetry;

namespace ResNetService.Inference.Batching;

/// <summary>The images that a caller hands in together. Ends when each of them has ended, so that their bytes are free then.</summary>
internal sealed class Submission
{
    private readonly TaskCompletionSource<IReadOnlyList<BatchedImage>> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BatchedImage[] _results;
    private int _missing;
    private volatile bool _dropped;

    public Submission(IReadOnlyList<NetworkInput> images, FeatureReading? reading, CancellationToken cancellationToken)
    {
        (_results, _missing, Reading, CancellationToken) = (new BatchedImage[images.Count], images.Count, reading, cancellationToken);
        Trace = InferenceTracing.CurrentRequest;
        Items = [.. images.Select((image, index) => new WorkItem(this, index, image))];
    }

    public IReadOnlyList<WorkItem> Items { get; }

    /// <summary>Of every image; null where its features are not wanted.</summary>
    public FeatureReading? Reading { get; }

    public CancellationToken CancellationToken { get; }

    /// <summary>To which the stages of its images belong; null where nobody follows them.</summary>
    public Activity? Trace { get; }

    /// <summary>One result an image, in order; cancelled where one was dropped.</summary>
    public Task<IReadOnlyList<BatchedImage>> Completion => _completion.Task;

    public void Complete(int index, BatchedImage result)
    {
        _results[index] = result;
        CountDown();
    }

    public void Drop()
    {
        _dropped = true;
        CountDown();
    }

    private void CountDown()
    {
        if (Interlocked.Decrement(ref _missing) > 0)
            return;
        if (_dropped)
            _completion.SetCanceled(CancellationToken);
        else
            _completion.SetResult(_results);
    }
}
