using Grpc.Core;
using ResNetService.Api.Errors;
using ResNetService.Api.OpenInference.Grpc;

namespace ResNetService.Api.Memory;

/// <summary>What one request has of <see cref="BodyMemory"/>: counted as its body is read, whoever reads it, and given back when its answer begins, or it ends without one.</summary>
/// <param name="call">Where the refusal must be told in the words of gRPC, which reads messages before anything of ours is asked; else null.</param>
internal sealed class HeldBody(BodyMemory memory, HttpContext? call) : IDisposable
{
    /// <summary>Most requests are answered within milliseconds, all within <c>Requests:MaxDeadline</c>; how long a caller takes over its answer does not count.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private long _bytes;
    private volatile bool _breaksOff;

    /// <exception cref="ProblemException">There is no room for them.</exception>
    /// <exception cref="RpcException">Likewise, where the request is one of gRPC.</exception>
    public void Add(long bytes)
    {
        if (bytes == 0)
            return;
        if (!memory.TryTake(bytes))
            throw Full();
        Interlocked.Add(ref _bytes, bytes);
    }

    /// <summary>Refuses a body that is announced as larger than the room that there is. Nothing is held for what is only announced.</summary>
    /// <inheritdoc cref="Add"/>
    public void EnsureRoomFor(long bytes)
    {
        if (!memory.HasRoomFor(bytes))
            throw Full();
    }

    /// <summary>A part of it could not be read, or may not be: the rest is not read either, and a caller must not send another request after it.</summary>
    public void BreaksOff() => _breaksOff = true;

    /// <summary>What is held is given back: an answer is written of what was made of it.</summary>
    public void AnswerBegins(HttpContext context)
    {
        Dispose();
        if (_breaksOff && HttpProtocol.IsHttp11(context.Request.Protocol))
            context.Response.Headers.Connection = "close";
    }

    public void Dispose() => memory.Release(Interlocked.Exchange(ref _bytes, 0));

    private Exception Full()
    {
        var full = new ProblemException(
            ProblemKind.MemoryFull, $"The bodies of all requests hold {memory.Most} bytes or nearly so, which is what they may: come again, or send smaller images.", retryAfter: RetryAfter);
        return call is null ? full : GrpcErrors.Refused(call, full.Problem);
    }
}
