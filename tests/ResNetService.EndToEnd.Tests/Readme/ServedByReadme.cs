using System.Net;
using System.Net.Sockets;

namespace ResNetService.EndToEnd.Tests.Readme;

/// <summary>The service, started by a command of the README on a port of its own.</summary>
internal sealed class ServedByReadme : IDisposable
{
    private const string PrintedAddress = "localhost:8080";
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(5);

    private readonly ShellCommand _command;
    private readonly string _address;

    private ServedByReadme(ShellCommand command, string address) => (_command, _address) = (command, address);

    /// <summary>Returns when the service is ready.</summary>
    /// <param name="modelsPath">Null for the models of the repository.</param>
    public static async Task<ServedByReadme> StartAsync(string command, string? modelsPath, CancellationToken cancellationToken)
    {
        var address = $"localhost:{FreePort()}";
        var environment = new Dictionary<string, string> { ["ASPNETCORE_URLS"] = $"http://{address}" };
        if (modelsPath is not null)
            environment["Models__Path"] = modelsPath;
        var served = new ServedByReadme(ShellCommand.Start(command, environment), address);
        try
        {
            await served.UntilReadyAsync(cancellationToken);
            return served;
        }
        catch
        {
            served.Dispose();
            throw;
        }
    }

    /// <summary>Runs a command of the README against this service.</summary>
    public Task<string> RunAsync(string command, CancellationToken cancellationToken)
    {
        Assert.Contains(PrintedAddress, command, StringComparison.Ordinal);
        return ShellCommand.RunAsync(command.Replace(PrintedAddress, _address, StringComparison.Ordinal), cancellationToken);
    }

    public void Dispose() => _command.Dispose();

    private async Task UntilReadyAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestStart);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (await poll.WaitForNextTickAsync(limit.Token))
        {
            Assert.False(_command.HasExited, _command.Output);
            try
            {
                using var response = await client.GetAsync(new Uri($"http://{_address}/health/ready"), limit.Token);
                if (response.StatusCode == HttpStatusCode.OK)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
