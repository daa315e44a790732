using System.Globalization;
using ResNetService.Benchmarks.Processes;

namespace ResNetService.Benchmarks.Servers;

/// <summary>The service as a user runs it: published, in Release.</summary>
/// <param name="Directory">Where ResNetService.Api.dll lies.</param>
internal sealed record PublishedService(string Directory)
{
    private const string Assembly = "ResNetService.Api.dll";

    private static readonly TimeSpan LongestPublish = TimeSpan.FromMinutes(5);

    /// <param name="directory">Where it was published; null to publish it from the sources that this program was built from.</param>
    /// <exception cref="BenchmarkException">It is not there, or cannot be published.</exception>
    public static async Task<PublishedService> FindAsync(string? directory, CancellationToken cancellationToken)
    {
        if (directory is not null)
        {
            return File.Exists(Path.Combine(directory, Assembly))
                ? new(Path.GetFullPath(directory))
                : throw new BenchmarkException($"there is no {Assembly} in {directory}; --service names what 'dotnet publish -o' wrote");
        }

        var output = Path.Combine(Checkout.Root, "artifacts", "benchmarks", "service");
        await Console.Error.WriteLineAsync("publishing the service");
        await ChildProcess.RunAsync(
            ["dotnet", "publish", "-c", "Release", Path.Combine(Checkout.Root, "src", "ResNetService.Api"), "-o", output, "-v", "quiet", "--nologo"],
            LongestPublish,
            cancellationToken);
        return new(output);
    }

    /// <param name="models">A model repository.</param>
    /// <param name="model">Which of its models answers.</param>
    /// <param name="settings">Further configuration, <c>Batching:QueueCapacity=64</c>.</param>
    public ServerProgram Serving(string models, string model, params IEnumerable<string> settings) => new(
        "service",
        port =>
        [
            "dotnet", Path.Combine(Directory, Assembly),
            string.Create(CultureInfo.InvariantCulture, $"--urls=http://127.0.0.1:{port}"),
            $"--Models:Path={Path.GetFullPath(models)}", $"--Models:Default={model}",
            .. settings.Select(setting => "--" + setting),
        ])
    {
        Directory = Directory,
    };
}
