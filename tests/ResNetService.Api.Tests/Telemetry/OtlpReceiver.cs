using System.Buffers.Binary;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ResNetService.Api.Tests.Telemetry;

/// <summary>A collector on loopback that keeps what it is sent, by gRPC without TLS or by HTTP.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Message)> _received = new();
    private readonly SemaphoreSlim _arrived = new(0);

    private OtlpReceiver(bool grpc)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        _app = builder.Build();
        _app.MapPost("{**path}", grpc ? TakeCallAsync : TakeAsync);
    }

    public string Address { get; private set; } = "";

    public static async Task<OtlpReceiver> StartAsync(bool grpc)
    {
        var receiver = new OtlpReceiver(grpc);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        receiver.Address = receiver._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return receiver;
    }

    /// <summary>The messages that came to addresses with this word, once they are what the test waits for.</summary>
    public async Task<T> UntilAsync<T>(string word, Func<IReadOnlyList<ProtoFields>, T?> find)
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Longest);
        while (true)
        {
            if (find([.. _received.Where(message => message.Path.Contains(word, StringComparison.Ordinal)).Select(message => new ProtoFields(message.Message))]) is { } found)
                return found;
            await _arrived.WaitAsync(limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _arrived.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        await KeepAsync(context, skip: 0);
        context.Response.ContentType = "application/x-protobuf";
    }

    /// <summary>A message of gRPC: a byte, its length, itself; the answer is an empty one.</summary>
    private async Task TakeCallAsync(HttpContext context)
    {
        await KeepAsync(context, skip: 5);
        context.Response.ContentType = "application/grpc";
        context.Response.AppendTrailer("grpc-status", "0");
        await context.Response.Body.WriteAsync(new byte[5], context.RequestAborted);
    }

    private async Task KeepAsync(HttpContext context, int skip)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var bytes = body.ToArray();
        if (skip > 0)
            Assert.Equal(bytes.Length - skip, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1)));
        _received.Enqueue((context.Request.Path, bytes[skip..]));
        _arrived.Release();
    }
}
