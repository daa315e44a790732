namespace ResNetService.Api.Tests.Telemetry;

/// <summary>Programs of Prometheus; a test is skipped where they are not installed.</summary>
internal static class Monitoring
{
    /// <summary>The path of <c>prometheus</c> or <c>promtool</c>.</summary>
    public static string Program(string name)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator).Select(folder => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"needs {name} (Debian's package prometheus)");
        return path!;
    }
}
