using System.Text.RegularExpressions;
using ResNetService.Benchmarks.Processes;

namespace ResNetService.Benchmarks.Servers;

/// <summary>nginx as docker/nginx.conf has it, in front of servers on this machine. Of the file only the addresses are others.</summary>
internal sealed partial class Nginx : IDisposable
{
    public const string Program = "nginx";

    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly DirectoryInfo _prefix;
    private readonly ChildProcess _process;

    private Nginx(DirectoryInfo prefix, string configuration)
    {
        _prefix = prefix;
        var file = Path.Combine(prefix.FullName, "nginx.conf");
        File.WriteAllText(file, configuration);
        // Where root starts it, its workers are somebody else, and bodies are theirs.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(prefix.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        _process = ChildProcess.Start([Program, "-e", "stderr", "-p", prefix.FullName, "-c", file, "-g", "daemon off;"]);
    }

    public required Uri Address { get; init; }

    public required Uri GrpcAddress { get; init; }

    /// <summary>The requests so far that were sent to a second server, since the first gave no answer.</summary>
    public int SentAgain => SecondReplica().Count(_process.Output);

    /// <summary>What it wrote last: requests, and why a server was left out.</summary>
    public string LastLines => _process.LastLines(40);

    /// <param name="ports">Of the servers, on 127.0.0.1.</param>
    /// <param name="grpcPorts">Of the servers' gRPC.</param>
    /// <exception cref="BenchmarkException">There is no nginx, or it does not take the file.</exception>
    public static async Task<Nginx> StartAsync(IReadOnlyCollection<int> ports, IReadOnlyCollection<int> grpcPorts, CancellationToken cancellationToken)
    {
        Tools.Require(Program);
        var (port, grpcPort) = (FreePort.Find(), FreePort.Find());
        var configuration = File.ReadAllText(Path.Combine(Checkout.Root, "docker", "nginx.conf"));
        configuration = With(configuration, "listen 8080;", $"listen 127.0.0.1:{port};");
        configuration = With(configuration, "listen 8081 http2;", $"listen 127.0.0.1:{grpcPort} http2;");
        configuration = With(configuration, "server resnet:8080 resolve ", ports);
        configuration = With(configuration, "server resnet:8081 resolve ", grpcPorts);
        var nginx = new Nginx(Directory.CreateTempSubdirectory("benchmarks-nginx-"), configuration) { Address = new($"http://127.0.0.1:{port}"), GrpcAddress = new($"http://127.0.0.1:{grpcPort}") };
        try
        {
            await nginx.UntilItAnswersAsync(cancellationToken);
            return nginx;
        }
        catch
        {
            nginx.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _process.Dispose();
        _prefix.Delete(recursive: true);
    }

    private static string With(string configuration, string address, string other) =>
        configuration.Split(address) is [var before, var after]
            ? before + other + after
            : throw new BenchmarkException($"docker/nginx.conf has '{address}' not once; whoever changes its addresses changes them here too");

    /// <summary>One line for each server, with what else the line says.</summary>
    private static string With(string configuration, string server, IReadOnlyCollection<int> ports)
    {
        var parameters = configuration[(configuration.IndexOf(server, StringComparison.Ordinal) + server.Length)..].Split(';')[0];
        return With(configuration, $"{server}{parameters};", string.Join(Environment.NewLine, ports.Select(port => $"server 127.0.0.1:{port} {parameters};")));
    }

    private async Task UntilItAnswersAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        await Polling.UntilAsync(AnswersAsync, Poll, LongestStart, () => $"nginx has not answered within {LongestStart.TotalSeconds:F0} s:{Environment.NewLine}{LastLines}", cancellationToken);

        async Task<bool> AnswersAsync(CancellationToken limit)
        {
            if (_process.HasExited)
                throw new BenchmarkException($"nginx has ended:{Environment.NewLine}{LastLines}");
            try
            {
                using var response = await client.GetAsync(new Uri(Address, "/proxy/health"), limit);
                return response.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
                return false;
            }
        }
    }

    [GeneratedRegex(@"""replicas"":""[\d.]+:\d+, ")]
    private static partial Regex SecondReplica();
}
