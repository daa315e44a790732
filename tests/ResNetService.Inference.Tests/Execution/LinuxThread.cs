using System.Globalization;

namespace ResNetService.Inference.Tests.Execution;

/// <summary>What Linux knows of threads of this process.</summary>
internal static class LinuxThread
{
    /// <summary>SCHED_IDLE.</summary>
    public const int IdlePolicy = 5;

    /// <summary>Of the thread that asks.</summary>
    public static (int Policy, int Niceness) Scheduling() => Scheduling("/proc/thread-self");

    /// <summary>Of all that have this name, and have not ended meanwhile, by their number.</summary>
    public static IReadOnlyDictionary<string, (int Policy, int Niceness)> Named(string name)
    {
        var found = new Dictionary<string, (int, int)>();
        foreach (var thread in Directory.EnumerateDirectories("/proc/self/task"))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(thread, "comm")).Trim() == name)
                    found.Add(Path.GetFileName(thread), Scheduling(thread));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended.
            }
        }

        return found;
    }

    /// <summary>The 41st and the 19th field, counted from behind the name, which is the second and may have blanks.</summary>
    private static (int Policy, int Niceness) Scheduling(string thread)
    {
        var fields = File.ReadAllText(Path.Combine(thread, "stat")).Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (Field(41), Field(19));

        int Field(int number) => int.Parse(fields[number - 3], CultureInfo.InvariantCulture);
    }
}
