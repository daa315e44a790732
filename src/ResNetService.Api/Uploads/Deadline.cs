using System.Globalization;
using ResNetService.Api.Errors;
using ResNetService.Inference.Errors;

namespace ResNetService.Api.Uploads;

/// <summary>The time that a caller gives the service, from the arrival of the request's head, and never more than the service gives anybody.</summary>
internal sealed class Deadline
{
    public const string Header = "X-Deadline-Ms";

    private readonly TimeProvider _time;
    private readonly TimeSpan _given;
    private readonly long _start;

    public Deadline(TimeSpan given, TimeProvider time) => (_given, _time, _start) = (given, time, time.GetTimestamp());

    public TimeSpan Left => _given - _time.GetElapsedTime(_start);

    /// <exception cref="ProblemException">The header is no whole number of milliseconds from 1.</exception>
    public static Deadline Of(HttpRequest request, TimeSpan longest, TimeProvider time)
    {
        if (!request.Headers.TryGetValue(Header, out var value))
            return new(longest, time);
        if (!long.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) || milliseconds < 1)
            throw ProblemException.Invalid($"{Header} is '{value}'; a whole number of milliseconds from 1 would be right.");
        return new(milliseconds < longest.TotalMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : longest, time);
    }

    /// <summary>Reads what the caller sends, for as long as there is time.</summary>
    /// <exception cref="ServiceException">The time is over.</exception>
    public Task<T> WhileReadingAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        WithinAsync(read, "The request had not arrived whole", "send it faster", cancellationToken);

    /// <summary>Draws a picture of the answer, for as long as there is time.</summary>
    /// <inheritdoc cref="WhileReadingAsync"/>
    public Task<T> WhileDrawingAsync<T>(Func<CancellationToken, Task<T>> draw, CancellationToken cancellationToken) =>
        WithinAsync(draw, "The picture had not been drawn", "accept application/json", cancellationToken);

    private async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> work, string missed, string advice, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(Left > TimeSpan.Zero ? Left : TimeSpan.Zero, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ServiceException(new(ErrorCode.DeadlineExceeded, $"{missed} when the {_given.TotalMilliseconds:F0} ms of the request were over; {advice}, or give more time."));
        }
    }
}
