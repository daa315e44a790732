using System.Globalization;

namespace ResNetService.TestSupport;

/// <summary>Bytes of memory that a process holds, those of native libraries too, as Linux counts them; 0 elsewhere.</summary>
public static class ProcessMemory
{
    public static long Resident(int process) => Status(process, "VmRSS:");

    /// <summary>The most since the last <see cref="ForgetPeak"/>.</summary>
    public static long Peak(int process) => Status(process, "VmHWM:");

    /// <returns>What it holds now, where the peak begins anew.</returns>
    public static long ForgetPeak(int process)
    {
        if (OperatingSystem.IsLinux())
            File.WriteAllText($"/proc/{process}/clear_refs", "5");
        return Resident(process);
    }

    private static long Status(int process, string field) => !OperatingSystem.IsLinux() ? 0 : 1024 * long.Parse(
        File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(field, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1],
        CultureInfo.InvariantCulture);
}
