using System.Globalization;
using ResNetService.Api.Errors;

namespace ResNetService.Api.Classify;

/// <summary>The time that a caller gives the service, from the arrival of the request's head, and never more than the service gives anybody.</summary>
internal sealed class Deadline
{
    public const string Header = "X-Deadline-Ms";

    private readonly TimeProvider _time;
    private readonly TimeSpan _given;
    private readonly long _start;

    private Deadline(TimeSpan given, TimeProvider time) => (_given, _time, _start) = (given, time, time.GetTimestamp());

    public TimeSpan Left => _given - _time.GetElapsedTime(_start);

    /// <exception cref="ProblemException">The header is no whole number of milliseconds from 1.</exception>
    public static Deadline Of(HttpRequest request, TimeSpan longest, TimeProvider time)
    {
        if (!request.Headers.TryGetValue(Header, out var value))
            return new(longest, time);
        if (!int.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) || milliseconds < 1)
            throw ProblemException.Invalid($"{Header} is '{value}'; a whole number of milliseconds from 1 would be right.");
        var asked = TimeSpan.FromMilliseconds(milliseconds);
        return new(asked < longest ? asked : longest, time);
    }
}
