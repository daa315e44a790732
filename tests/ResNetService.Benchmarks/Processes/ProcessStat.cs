using System.Globalization;

namespace ResNetService.Benchmarks.Processes;

/// <summary>A line of <c>/proc/PID/stat</c> (proc(5)).</summary>
/// <param name="ParentId">Field 4.</param>
/// <param name="CpuTime">User and system time of the process and of its children that have ended and been waited for (fields 14 to 17).</param>
internal readonly record struct ProcessStat(int Id, int ParentId, TimeSpan CpuTime)
{
    /// <summary>USER_HZ: 100 on every architecture that Linux supports today.</summary>
    private const int TicksPerSecond = 100;

    /// <exception cref="FormatException">It is no such line.</exception>
    public static ProcessStat Parse(string line)
    {
        // The second field is the program's name in parentheses, which may hold spaces and parentheses of its own.
        var (open, close) = (line.IndexOf('(', StringComparison.Ordinal), line.LastIndexOf(')'));
        var fields = close < open || open < 1 ? [] : line[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 15)
            throw new FormatException($"not a line of /proc/PID/stat: {line}");

        long ticks = 0;
        foreach (var field in fields.AsSpan(11, 4))
            ticks += long.Parse(field, CultureInfo.InvariantCulture);
        return new(
            int.Parse(line.AsSpan(0, open - 1), CultureInfo.InvariantCulture),
            int.Parse(fields[1], CultureInfo.InvariantCulture),
            TimeSpan.FromSeconds((double)ticks / TicksPerSecond));
    }
}
