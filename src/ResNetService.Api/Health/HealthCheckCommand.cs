using ResNetService.Api.Hosting;

namespace ResNetService.Api.Health;

/// <summary>
/// <c>healthcheck</c>: asks the service on this machine whether it is ready, with the configuration that the service reads,
/// so that a container needs no other program for it.
/// </summary>
internal static class HealthCheckCommand
{
    public const string Name = "healthcheck";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    /// <returns>The exit code: 0 where it is ready, else 1.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        Uri address;
        try
        {
            address = new Uri(ListenAddress.Loopback(WebApplication.CreateBuilder(args).Configuration), HealthEndpoint.ReadyPath);
        }
        catch (Exception e) when (Startup.Describe(e) is { } faults)
        {
            Console.Error.WriteLine($"The configured address cannot be asked: {string.Join(' ', faults)}");
            return 1;
        }

        // The certificate is made out for the outside; this connection does not leave the machine.
        using var handler = new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => address.IsLoopback },
            UseProxy = false,
        };
        using var client = new HttpClient(handler) { Timeout = Timeout };
        try
        {
            using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
            Console.WriteLine($"{address} answers {(int)response.StatusCode}");
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            Console.Error.WriteLine($"{address} does not answer: {e.Message}");
            return 1;
        }
    }
}
