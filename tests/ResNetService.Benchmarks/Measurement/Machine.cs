using System.Globalization;
using System.Runtime.InteropServices;
using ResNetService.Benchmarks.Processes;
using ResNetService.Inference.Execution;

namespace ResNetService.Benchmarks.Measurement;

/// <summary>On what, when and of which sources something was measured.</summary>
internal static class Machine
{
    /// <summary>Processors that this process may use.</summary>
    public static int Cores => Environment.ProcessorCount;

    public static string Processor => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown processor"
        : RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>The lines with which each report begins.</summary>
    public static async Task<IReadOnlyList<string>> DescribeAsync(CancellationToken cancellationToken) =>
    [
        $"- machine: {Processor}, {Cores} cores, {InstructionSet.Name}, {RuntimeInformation.OSDescription}, .NET {Environment.Version}",
        $"- date: {TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)}; load before: {LoadAverage()}",
        $"- commit: {await CommitAsync(cancellationToken)}",
        $"- command: `dotnet run -c Release --project tests/ResNetService.Benchmarks -- {string.Join(' ', Environment.GetCommandLineArgs().Skip(1))}`",
    ];

    /// <summary>A machine that is not quiet says so.</summary>
    private static string LoadAverage() =>
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    private static async Task<string> CommitAsync(CancellationToken cancellationToken)
    {
        if (Tools.Find("git") is null)
            return "unknown";
        try
        {
            var description = await ChildProcess.RunAsync(
                ["git", "-C", Checkout.Root, "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"], TimeSpan.FromSeconds(30), cancellationToken);
            return description.Trim();
        }
        catch (BenchmarkException)
        {
            return "unknown"; // not a clone
        }
    }
}
