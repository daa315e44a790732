namespace ResNetService.Modeling.Pull;

/// <summary>How long a download waits, and how often it tries.</summary>
internal sealed record DownloadPolicy
{
    /// <summary>A server that sends nothing for so long is taken for gone.</summary>
    public TimeSpan InactivityTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Attempts in a row that bring the file no further. One that does starts the count again.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>Before the second attempt; doubled before each further one.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Between two attempts, whatever a server's Retry-After asks for.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(1);

    public int MaxRedirects { get; init; } = 10;

    /// <summary>Of a file whose size neither the catalogue nor the server gives; the largest weights here have 548 MiB.</summary>
    public long MaxBytes { get; init; } = 1L << 32;

    /// <param name="attempts">That have failed, 1 or more.</param>
    /// <param name="asked">The server's Retry-After.</param>
    public TimeSpan DelayAfter(int attempts, TimeSpan? asked)
    {
        var doubled = FirstDelay * Math.ScaleB(1, attempts - 1);
        var delay = asked > doubled ? asked.Value : doubled;
        return delay < MaxDelay ? delay : MaxDelay;
    }
}
