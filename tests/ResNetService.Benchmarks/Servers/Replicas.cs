using System.Globalization;
using System.Text.Json;

namespace ResNetService.Benchmarks.Servers;

/// <summary>Several processes of the service, each at an address that stays its own, behind nginx.</summary>
internal sealed class Replicas : IDisposable
{
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestReturn = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly Replica[] _replicas;
    private readonly byte[] _image;

    private Replicas(int count, Func<string, ServerProgram> program, byte[] image)
    {
        _image = image;
        _replicas = [.. Enumerable.Range(0, count).Select(_ => Replica.At(FreePort.Find(), FreePort.Find(), program))];
    }

    public Nginx Nginx { get; private set; } = null!;

    public Uri Classify => new(Nginx.Address, "/classify");

    public int Count => _replicas.Length;

    /// <param name="program">The service, with one more setting.</param>
    /// <param name="image">Each has classified it when this returns.</param>
    public static async Task<Replicas> StartAsync(int count, Func<string, ServerProgram> program, byte[] image, CancellationToken cancellationToken)
    {
        var replicas = new Replicas(count, program, image);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, count).Select(index => replicas.StartAsync(index, cancellationToken)));
            replicas.Nginx = await Nginx.StartAsync([.. replicas._replicas.Select(replica => replica.Port)], [.. replicas._replicas.Select(replica => replica.GrpcPort)], cancellationToken);
            return replicas;
        }
        catch
        {
            replicas.Dispose();
            throw;
        }
    }

    /// <summary>Where a replica is, past nginx.</summary>
    public Uri AddressOf(int index) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_replicas[index].Port}"));

    /// <summary>SIGKILL: nothing that it holds is answered.</summary>
    public void Kill(int index) => _replicas[index].End();

    /// <summary>SIGTERM, and the wait for its end.</summary>
    public async Task StopAsync(int index, CancellationToken cancellationToken)
    {
        var server = _replicas[index].Server!;
        server.Terminate();
        await server.WaitAsync(LongestStop, cancellationToken);
        _replicas[index].End();
    }

    /// <summary>Starts one that has ended, at the address that it had.</summary>
    public async Task StartAsync(int index, CancellationToken cancellationToken) =>
        _replicas[index].Server = await RunningServer.StartAsync(_replicas[index].Program, _image, cancellationToken, port: _replicas[index].Port);

    /// <summary>Ends when nginx asks a replica again that was started again.</summary>
    /// <exception cref="BenchmarkException">It does not.</exception>
    public async Task UntilAskedAsync(int index, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        // Its start has had one.
        await Polling.UntilAsync(
            async token => await AnsweredAsync(client, AddressOf(index), token) >= 2, Poll, LongestReturn,
            () => $"nginx has not asked a replica that is back within {LongestReturn.TotalSeconds:F0} s:{Environment.NewLine}{Nginx.LastLines}", cancellationToken);
    }

    public void Dispose()
    {
        Nginx?.Dispose();
        foreach (var replica in _replicas)
            replica.End();
    }

    private static async Task<long> AnsweredAsync(HttpClient client, Uri address, CancellationToken cancellationToken)
    {
        using var stats = JsonDocument.Parse(await client.GetStringAsync(new Uri(address, "/stats"), cancellationToken));
        return stats.RootElement.GetProperty("models").EnumerateArray().Sum(model => model.GetProperty("answered").GetInt64());
    }

    private sealed class Replica(int port, int grpcPort, ServerProgram program)
    {
        public int Port { get; } = port;

        public int GrpcPort { get; } = grpcPort;

        public ServerProgram Program { get; } = program;

        public RunningServer? Server { get; set; }

        public static Replica At(int port, int grpcPort, Func<string, ServerProgram> program) =>
            new(port, grpcPort, program(string.Create(CultureInfo.InvariantCulture, $"Grpc:Url=http://127.0.0.1:{grpcPort}")));

        public void End()
        {
            Server?.Dispose();
            Server = null;
        }
    }
}
