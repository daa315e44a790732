using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using ResNetService.Api.Errors;

namespace ResNetService.Api.OpenInference.Grpc;

/// <summary>Bounds the calls that last as long as their callers like, a watch of health or reflection: each holds its connection, and a watch looks at the models every second.</summary>
internal sealed class OpenStreams : Interceptor
{
    public const int Most = 100;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    private int _open;

    /// <summary>Whether the call is of a method that streams.</summary>
    public static bool IsOne(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Type is MethodType.ClientStreaming or MethodType.ServerStreaming or MethodType.DuplexStreaming;

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        CountAsync(() => continuation(request, responseStream, context));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        CountAsync(() => continuation(requestStream, responseStream, context));

    private async Task CountAsync(Func<Task> call)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > Most)
                throw new ProblemException(ProblemKind.RateLimited, $"{Most} calls are open that stream, which is as many as may be: call again later, or ask for health by Check.", retryAfter: RetryAfter);
            await call();
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
