using ResNetService.Inference.Batching;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Explanation;

namespace ResNetService.Inference.Models;

/// <summary>
/// A loaded model: its session, warmed, and the batcher that feeds it. It is held by those who use it, and once it is retired it ends when the
/// last of them lets it go.
/// </summary>
/// <param name="classifier">Null where the network does not end so that its classes can be explained.</param>
/// <param name="bytes">Of memory, as estimated.</param>
internal sealed class ModelInstance(ServedModel model, IExecutionSession session, IBatcher batcher, LoadMeter meter, PooledClassifier? classifier, long bytes) : IAsyncDisposable
{
    private static long _uses;

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _unheld = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _holders;
    private bool _isRetired;
    private Task? _ending;

    public ServedModel Model => model;

    public IBatcher Batcher => batcher;

    public LoadMeter Meter => meter;

    public long Bytes => bytes;

    /// <summary>Larger than that of any model that was held last before this.</summary>
    public long LastUse { get; private set; } = Interlocked.Increment(ref _uses);

    /// <summary>Takes hold of it, unless it is retired.</summary>
    public bool TryHold()
    {
        lock (_lock)
        {
            if (_isRetired)
                return false;
            _holders++;
            LastUse = Interlocked.Increment(ref _uses);
            return true;
        }
    }

    /// <summary>Once more, for one who holds it.</summary>
    public void HoldAgain()
    {
        lock (_lock)
            _holders++;
    }

    public void LetGo()
    {
        lock (_lock)
        {
            if (--_holders == 0 && _isRetired)
                _unheld.SetResult();
        }
    }

    /// <summary>Nobody finds it any more: answers those who hold it, and ends.</summary>
    public async Task RetireAsync()
    {
        lock (_lock)
        {
            _isRetired = true;
            if (_holders == 0)
                _unheld.TrySetResult();
        }

        await _unheld.Task;
        await DisposeAsync();
    }

    /// <exception cref="ServiceException">The model has no features.</exception>
    public FeatureMapShape RequireFeatures() => Model.Features
        ?? throw Cannot("its graph has no output of features; 'resnet export --features' writes one, and 'graph.features' of the manifest names it");

    /// <exception cref="ServiceException">The model has no features, or they are not all that its classes are computed from.</exception>
    public PooledClassifier RequireClassifier()
    {
        RequireFeatures();
        return classifier ?? throw Cannot("its graph does not end in global average pooling of its features and one linear layer");
    }

    /// <summary>Answers what it has been given, whoever holds it, and ends. Once, however often it is called.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
            return new(_ending ??= EndAsync());
    }

    private async Task EndAsync()
    {
        await batcher.DisposeAsync();
        // A run that hangs may come back: its memory is lost rather than used by two.
        if (batcher.HasLostRuns)
            return;
        session.Dispose();
        NativeHeap.Trim();
    }

    private ServiceException Cannot(string reason) => new(new(ErrorCode.InvalidRequest, $"The model {Model.Name} cannot do this: {reason}."));
}
