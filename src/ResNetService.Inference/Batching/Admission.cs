using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Batching;

/// <summary>
/// Counts the images that a batcher holds, bounds them, and measures how fast they leave, from which a refused caller is told
/// when to come again. Thread-safe.
/// </summary>
internal sealed class Admission(int capacity, TimeProvider time)
{
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _held;
    private bool _closed;
    private double _secondsPerImage;
    private long _lastLeft;

    /// <summary>Takes places for all the images, or for none.</summary>
    /// <exception cref="ServiceException">There are not as many places, or no more images are taken.</exception>
    public void Enter(int images)
    {
        lock (_gate)
        {
            if (_closed)
                throw new ServiceException(new(ErrorCode.NotReady, "The model is being stopped; try again later.", ShortestRetry));
            if (images > capacity)
                throw new ServiceException(new(ErrorCode.InvalidRequest, $"The request has {images} images, and the queue holds {capacity}; send fewer at once."));
            if (_held + images > capacity)
                throw new ServiceException(new(ErrorCode.QueueFull, $"The queue is full: {_held} images of at most {capacity} wait.", RetryAfter(images)));
            if (_held == 0)
                _lastLeft = time.GetTimestamp();
            _held += images;
        }
    }

    public void Leave(int images)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var seconds = time.GetElapsedTime(_lastLeft, now).TotalSeconds / images;
            _lastLeft = now;
            _secondsPerImage = _secondsPerImage == 0 ? seconds : _secondsPerImage + (0.1 * (seconds - _secondsPerImage));
            _held -= images;
            if (_closed && _held == 0)
                _drained.TrySetResult();
        }
    }

    /// <summary>Takes no more images; the task ends when the last has left.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _closed = true;
            if (_held == 0)
                _drained.TrySetResult();
        }

        return _drained.Task;
    }

    /// <summary>When as many places as are wanted will be free, at the rate of late; whole seconds, as the header wants.</summary>
    private TimeSpan RetryAfter(int images)
    {
        var seconds = Math.Ceiling((_held + images - capacity) * _secondsPerImage);
        return TimeSpan.FromSeconds(Math.Clamp(seconds, ShortestRetry.TotalSeconds, LongestRetry.TotalSeconds));
    }
}
