using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Batching;

/// <summary>
/// Counts the images that a queue holds, bounds them, and measures how fast they leave, from which a refused caller is told
/// when to come again.
/// </summary>
internal sealed class Admission(int capacity)
{
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(60);

    // Of the newest measurement, in the mean: old ones fade within some ten.
    private const double Weight = 0.1;

    private bool _closed;
    private double _secondsPerImage;
    private TimeSpan _lastLeft;

    /// <summary>Images that have entered and not left.</summary>
    public int Held { get; private set; }

    /// <summary>The most images that may be held.</summary>
    public int Capacity => capacity;

    public bool IsDrained => _closed && Held == 0;

    /// <summary>Whether as many images could enter now.</summary>
    /// <exception cref="ServiceException">They could not: there are not as many places, or no more images are taken.</exception>
    public void Check(int images)
    {
        if (_closed)
            throw new ServiceException(new(ErrorCode.NotReady, "The model is being stopped; try again later.", ShortestRetry));
        if (images > capacity)
            throw new ServiceException(new(ErrorCode.InvalidRequest, $"The request has {images} images, and the queue holds {capacity}; send fewer at once."));
        if (Held + images > capacity)
            throw new ServiceException(new(ErrorCode.QueueFull, $"The queue is full: {Held} images of at most {capacity} wait.", RetryAfter(images)));
    }

    /// <summary>Takes places for all the images, or for none.</summary>
    /// <inheritdoc cref="Check"/>
    public void Enter(int images, TimeSpan now)
    {
        Check(images);
        if (Held == 0)
            _lastLeft = now;
        Held += images;
    }

    /// <summary>They have been computed, or found to be none.</summary>
    public void Leave(int images, TimeSpan now)
    {
        var seconds = (now - _lastLeft).TotalSeconds / images;
        _lastLeft = now;
        _secondsPerImage = _secondsPerImage == 0 ? seconds : _secondsPerImage + (Weight * (seconds - _secondsPerImage));
        Held -= images;
    }

    /// <summary>Nobody waits for them any more, which says nothing of how fast others leave.</summary>
    public void Withdraw(int images) => Held -= images;

    /// <summary>Takes no more images.</summary>
    public void Close() => _closed = true;

    /// <summary>When as many places as are wanted will be free, at the rate of late; whole seconds, as the header wants.</summary>
    private TimeSpan RetryAfter(int images)
    {
        var seconds = Math.Ceiling((Held + images - capacity) * _secondsPerImage);
        return TimeSpan.FromSeconds(Math.Clamp(seconds, ShortestRetry.TotalSeconds, LongestRetry.TotalSeconds));
    }
}
