using System.Net;
using System.Net.Http.Headers;
using ResNetService.Benchmarks.Processes;

namespace ResNetService.Benchmarks.Servers;

/// <summary>A server of <c>POST /classify</c> in a process of its own, on a port of its own, that has answered.</summary>
internal sealed class RunningServer : IDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly ChildProcess _process;

    private RunningServer(ServerProgram program, ChildProcess process, int port)
    {
        (Program, _process) = (program, process);
        Address = new($"http://127.0.0.1:{port}");
        Usage = new(process.Id);
    }

    public ServerProgram Program { get; }

    public Uri Address { get; }

    public Uri Classify => new(Address, "/classify");

    public ProcessTree Usage { get; }

    /// <summary>Starts it and waits until it has classified an image.</summary>
    /// <exception cref="BenchmarkException">It ends, or does not answer in time, or refuses the image; the message has what it wrote last.</exception>
    /// <param name="port">Null for a free one.</param>
    public static async Task<RunningServer> StartAsync(ServerProgram program, byte[] image, CancellationToken cancellationToken, string? cores = null, int? port = null)
    {
        var address = port ?? FreePort.Find();
        var server = new RunningServer(program, ChildProcess.Start(program.Command(address), program.Environment, program.Directory, cores), address);
        try
        {
            await server.UntilItAnswersAsync(image, cancellationToken);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="ChildProcess.Terminate"/>
    public void Terminate() => _process.Terminate();

    /// <inheritdoc cref="ChildProcess.WaitAsync"/>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken) => _process.WaitAsync(longest, cancellationToken);

    /// <summary>Ends it without a warning, as a machine that fails.</summary>
    public void Dispose() => _process.Dispose();

    private async Task UntilItAnswersAsync(byte[] image, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        var last = "it does not listen";
        await Polling.UntilAsync(
            AnswersAsync, Poll, LongestStart, () => $"{Program.Name} has not classified an image within {LongestStart.TotalSeconds:F0} s: {last}{Environment.NewLine}{_process.LastLines()}", cancellationToken);

        async Task<bool> AnswersAsync(CancellationToken limit)
        {
            if (_process.HasExited)
                throw new BenchmarkException($"{Program.Name} has ended:{Environment.NewLine}{_process.LastLines()}");
            try
            {
                using var body = new ByteArrayContent(image) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } };
                using var response = await client.PostAsync(Classify, body, limit);
                last = $"it answers {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(limit)}";
                return response.StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
                return false;
            }
        }
    }
}
