using System.Globalization;

namespace ResNetService.Benchmarks.Processes;

/// <summary>What a process and its descendants have used, as Linux accounts for it.</summary>
internal sealed class ProcessTree(int root, string procDirectory = "/proc")
{
    private const long KiB = 1024;

    /// <summary>User and system time of all of them since they began; to 10 ms.</summary>
    public TimeSpan CpuTime => Members().Aggregate(TimeSpan.Zero, (sum, member) => sum + member.CpuTime);

    /// <summary>Resident memory now, in bytes, summed over the processes: pages that they share count in each.</summary>
    public long ResidentBytes => Members().Sum(member => StatusField(member.Id, "VmRSS:"));

    /// <summary>The most resident memory since <see cref="ResetPeak"/>, in bytes, of each process at its own time.</summary>
    public long PeakResidentBytes => Members().Sum(member => StatusField(member.Id, "VmHWM:"));

    /// <summary>Lets peaks count from now (proc(5), clear_refs).</summary>
    public void ResetPeak()
    {
        foreach (var member in Members())
            File.WriteAllText(Path.Combine(procDirectory, member.Id.ToString(CultureInfo.InvariantCulture), "clear_refs"), "5");
    }

    internal IReadOnlyList<ProcessStat> Members()
    {
        var children = Directory.EnumerateDirectories(procDirectory)
            .Where(directory => int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(directory => Read(Path.Combine(directory, "stat")))
            .OfType<ProcessStat>()
            .ToLookup(stat => stat.ParentId);
        var members = children.SelectMany(stats => stats).Where(stat => stat.Id == root).ToList();
        for (var i = 0; i < members.Count; i++)
            members.AddRange(children[members[i].Id]);
        return members;
    }

    private static ProcessStat? Read(string file)
    {
        try
        {
            return ProcessStat.Parse(File.ReadAllText(file));
        }
        catch (IOException)
        {
            // It has ended since it was listed.
            return null;
        }
    }

    private long StatusField(int id, string name)
    {
        try
        {
            var line = File.ReadLines(Path.Combine(procDirectory, id.ToString(CultureInfo.InvariantCulture), "status"))
                .First(text => text.StartsWith(name, StringComparison.Ordinal));
            return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) * KiB;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            return 0; // ended, or a kernel thread, which has no memory of its own
        }
    }
}
