using System.Net;

namespace ResNetService.EndToEnd.Tests;

/// <summary>The service in a process of its own, on a port of its own.</summary>
internal sealed class RunningService : IDisposable
{
    private const string PrintedAddress = "localhost:8080";
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(5);

    private readonly ShellCommand _command;
    private readonly string _address;

    private RunningService(ShellCommand command, string address) => (_command, _address) = (command, address);

    /// <summary>The service that was built with these tests.</summary>
    public static string BuiltCommand { get; } = $"dotnet '{Path.Combine(AppContext.BaseDirectory, "ResNetService.Api.dll")}'";

    public Uri Address => new($"http://{_address}");

    /// <summary>Returns when the service is ready.</summary>
    /// <param name="environment">Its configuration, beside the address.</param>
    /// <param name="ready">What answers 200 when it is.</param>
    public static async Task<RunningService> StartAsync(
        string command, Dictionary<string, string> environment, CancellationToken cancellationToken, string ready = "/health/ready")
    {
        var address = $"localhost:{LoopbackPort.Free()}";
        var served = new RunningService(ShellCommand.Start(command, new Dictionary<string, string>(environment) { ["ASPNETCORE_URLS"] = $"http://{address}" }), address);
        try
        {
            await served.UntilReadyAsync(ready, cancellationToken);
            return served;
        }
        catch
        {
            served.Dispose();
            throw;
        }
    }

    /// <summary>Runs a command that names the default address against this service.</summary>
    public Task<string> RunAsync(string command, CancellationToken cancellationToken)
    {
        Assert.Contains(PrintedAddress, command, StringComparison.Ordinal);
        return ShellCommand.RunAsync(command.Replace(PrintedAddress, _address, StringComparison.Ordinal), cancellationToken);
    }

    public void Dispose() => _command.Dispose();

    private async Task UntilReadyAsync(string ready, CancellationToken cancellationToken)
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
                using var response = await client.GetAsync(new Uri(Address, ready), limit.Token);
                if (response.StatusCode == HttpStatusCode.OK)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }
    }
}
