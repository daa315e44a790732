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

    private string? _closed;
    private double _secondsPerImage;
    private TimeSpan _lastLeft;

    /// <summary>Images that have entered and not left.</summary>
    public int Held { get; private set; }

    /// <summary>The most images that may be held.</summary>
    public int Capacity => capacity;

    public bool IsDrained => _closed is not null && Held == 0;

    /// <summary>Whether as many images could enter now.</summary>
    /// <exception cref="ServiceException">They could not: there are not as many places, or no more images are taken.</exception>
    public void Check(int images)
    {
        if (_closed is not null)
            throw new ServiceException(new(ErrorCode.NotReady, _closed, ShortestRetry));
        if (images > capacity)
            throw new ServiceException(new(ErrorCode.InvalidRequest, $"The request has {images} images, and the queue holds {capacity}; send fewer at once."));
        if (Held + images > capacity)
            throw new ServiceException(new(ErrorCode.QueueFull, $"The queue is full: {Held} images of at most {capacity} wait.", RetryAfter(images)));
    }

    /// <summary>Takes places for all the images, or for none.</summary>
    /// <param name="left">Time that the images have for their answers; null for no end.</param>
    /// <exception cref="ServiceException">They cannot enter, or those ahead of them would take all the time: work for an answer that nobody waits for would only delay others.</exception>
    public void Enter(int images, TimeSpan? left, TimeSpan now)
    {
        Check(images);
        var ahead = Held * _secondsPerImage;
        if (ahead > left?.TotalSeconds)
            throw new ServiceException(new(ErrorCode.QueueFull, $"The {Held} images that wait would take some {ahead:F1} s, and {left.Value.TotalSeconds:F1} s are left for this request; come again, or give more time.", Retry(ahead - left.Value.TotalSeconds)));
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

    /// <summary>Their run hangs and was given up: how long that took says nothing of how fast those leave that follow.</summary>
    public void GiveUp(int images, TimeSpan now)
    {
        _lastLeft = now;
        Held -= images;
    }

    /// <summary>Takes no more images.</summary>
    public void Close(string reason = "The model is being stopped; try again later.") => _closed = reason;

    /// <summary>When as many places as are wanted will be free, at the rate of late; whole seconds, as the header wants.</summary>
    private TimeSpan RetryAfter(int images) => Retry((Held + images - capacity) * _secondsPerImage);

    private static TimeSpan Retry(double seconds) => TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(seconds), ShortestRetry.TotalSeconds, LongestRetry.TotalSeconds));
}
