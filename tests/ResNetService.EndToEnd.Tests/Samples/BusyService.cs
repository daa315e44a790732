using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ResNetService.EndToEnd.Tests.Samples;

/// <summary>A server on loopback that refuses requests as a service with a full queue does, and then answers as it does.</summary>
internal sealed class BusyService : IAsyncDisposable
{
    public const string Detail = "512 images wait; come again.";

    private readonly WebApplication _server;
    private readonly ConcurrentQueue<TimeSpan> _arrivals = new();

    private BusyService(WebApplication server) => _server = server;

    public Uri Address => new(_server.Urls.Single());

    /// <summary>When each request came, from an arbitrary beginning.</summary>
    public IReadOnlyList<TimeSpan> Arrivals => [.. _arrivals];

    public static async Task<BusyService> StartAsync(int refusals, int retryAfterSeconds, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var busy = new BusyService(builder.Build());
        busy._server.MapPost("/classify", async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            busy._arrivals.Enqueue(TimeProvider.System.GetElapsedTime(0));
            if (busy._arrivals.Count > refusals)
            {
                await context.Response.WriteAsJsonAsync(Answer, context.RequestAborted);
                return;
            }

            context.Response.Headers.RetryAfter = retryAfterSeconds.ToString(CultureInfo.InvariantCulture);
            await Results.Problem(Detail, statusCode: 429, type: "urn:resnetservice:problem:queue-full").ExecuteAsync(context);
        });
        await busy._server.StartAsync(cancellationToken);
        return busy;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static object Answer { get; } = new
    {
        model = "m",
        version = "1",
        results = new[] { new { name = "coffee.jpg", width = 4, height = 3, predictions = new[] { new { index = 967, label = "espresso", probability = 0.5 } }, error = (object?)null } },
    };
}
