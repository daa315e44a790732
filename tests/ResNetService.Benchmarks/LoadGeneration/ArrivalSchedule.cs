namespace ResNetService.Benchmarks.LoadGeneration;

/// <summary>When requests are sent, counted from the beginning, whatever becomes of those before them.</summary>
internal static class ArrivalSchedule
{
    /// <summary>At equal distances.</summary>
    /// <param name="rate">Requests a second; above 0.</param>
    public static IReadOnlyList<TimeSpan> Constant(double rate, TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        return [.. Enumerable.Range(0, (int)Math.Round(rate * duration.TotalSeconds)).Select(i => TimeSpan.FromSeconds(i / rate))];
    }

    /// <summary>A Poisson process: distances are independent and exponentially distributed, as of callers who know nothing of each other.</summary>
    /// <param name="rate">Requests a second on the average; above 0.</param>
    public static IReadOnlyList<TimeSpan> Poisson(double rate, TimeSpan duration, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        var random = new Random(seed);
        var times = new List<TimeSpan>();
        for (var time = Gap(); time < duration.TotalSeconds; time += Gap())
            times.Add(TimeSpan.FromSeconds(time));
        return times;

        double Gap() => -Math.Log(1 - random.NextDouble()) / rate;
    }
}
