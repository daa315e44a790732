using System.Globalization;

namespace ResNetService.Benchmarks.Processes;

/// <summary>Processors as Linux lists them, <c>0-3,8</c> (cpuset(7), list format).</summary>
internal static class CpuList
{
    private const string Field = "Cpus_allowed_list:";

    /// <summary>Those that this process may use, ascending.</summary>
    public static IReadOnlyList<int> Allowed() => Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(Field, StringComparison.Ordinal))[Field.Length..]);

    /// <exception cref="FormatException">It is no such list.</exception>
    public static IReadOnlyList<int> Parse(string list)
    {
        var processors = new List<int>();
        foreach (var range in list.Trim().Split(','))
        {
            var ends = range.Split('-');
            var (first, last) = (Number(ends[0]), Number(ends[^1]));
            processors.AddRange(Enumerable.Range(first, last - first + 1));
        }

        return processors;

        static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
