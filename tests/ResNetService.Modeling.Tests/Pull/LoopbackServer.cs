using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace ResNetService.Modeling.Tests.Pull;

/// <summary>Kestrel on a free port of loopback, which answers each request in its turn as it is told; the last answer repeats.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<Request> _requests = new();

    private LoopbackServer(WebApplication application) => _application = application;

    public Uri Address => new(_application.Urls.Single());

    public IReadOnlyList<Request> Requests => [.. _requests];

    public static Task<LoopbackServer> StartAsync(params RequestDelegate[] answers) => StartAsync(certificate: null, answers);

    /// <param name="certificate">Null for a plain connection.</param>
    public static async Task<LoopbackServer> StartAsync(X509Certificate2? certificate, params RequestDelegate[] answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        if (certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        var server = new LoopbackServer(builder.Build());
        server._application.Run(context =>
        {
            var headers = context.Request.Headers;
            server._requests.Enqueue(new(context.Request.Host.Value!, context.Request.Path, headers.Range.SingleOrDefault(), headers.IfRange.SingleOrDefault()));
            return answers[Math.Min(server._requests.Count, answers.Length) - 1](context);
        });
        await server._application.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}

internal sealed record Request(string Host, string Path, string? Range, string? IfRange);
