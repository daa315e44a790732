using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace ResNetService.Benchmarks.Tests.Servers;

/// <summary>A real server on a port of loopback that answers every request as a test says, and counts them.</summary>
internal sealed class StandInReplica : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private StandInReplica(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Urls.Single()).Port;

    public int Requests => Volatile.Read(ref _requests);

    /// <param name="protocols">HTTP/2 for one that is to take calls of gRPC.</param>
    public static async Task<StandInReplica> StartAsync(RequestDelegate answer, CancellationToken cancellationToken, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = protocols));
        var app = builder.Build();
        var replica = new StandInReplica(app);
        app.Run(context =>
        {
            Interlocked.Increment(ref replica._requests);
            return answer(context);
        });
        await app.StartAsync(cancellationToken);
        return replica;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
