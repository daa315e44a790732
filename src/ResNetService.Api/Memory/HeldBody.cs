using Grpc.Core;
using ResNetService.Api.Errors;
using ResNetService.Api.OpenInference.Grpc;

namespace ResNetService.Api.Memory;

/// <summary>What one request has of <see cref="BodyMemory"/>: counted as its body is read, whoever reads it, and given back when the request ends.</summary>
/// <param name="isGrpc">Whether the refusal must be told in the words of gRPC, which reads messages before anything of ours is asked.</param>
internal sealed class HeldBody(BodyMemory memory, bool isGrpc) : IDisposable
{
    /// <summary>Requests end within a minute, most of them within milliseconds.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private long _bytes;

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

    public void Dispose() => memory.Release(Interlocked.Exchange(ref _bytes, 0));

    private Exception Full()
    {
        var full = new ProblemException(
            ProblemKind.MemoryFull, $"The bodies of all requests hold {memory.Most} bytes or nearly so, which is what they may: come again, or send smaller images.", retryAfter: RetryAfter);
        return isGrpc ? GrpcErrors.Of(full.Problem) : full;
    }
}
