using System.Globalization;
using Grpc.Core;
using Grpc.Core.Interceptors;
using ResNetService.Api.Errors;

namespace ResNetService.Api.OpenInference.Grpc;

/// <summary>The one place where an exception becomes a status of gRPC.</summary>
internal sealed class GrpcErrors(ExceptionTranslator translator, ILogger<GrpcErrors> logger) : Interceptor
{
    /// <summary>It travels as a header, and with one that is too long for HTTP/2 the connection stands still.</summary>
    private const int LongestDetail = 1000;

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception) when (context.CancellationToken.IsCancellationRequested)
        {
            // The caller has gone, or was told by the server already that its deadline is over.
            throw new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled."));
        }
        catch (Exception e) when (e is not RpcException)
        {
            var problem = translator.Translate(e);
            if (problem.Kind == ProblemKind.Internal)
                logger.RequestFailed(e, "gRPC", context.Method);
            throw Of(problem);
        }
    }

    public static RpcException Of(Problem problem) => new(new Status(StatusOf(problem.Kind), Shortened(problem.Detail)), Trailers(problem));

    private static string Shortened(string detail) => detail.Length <= LongestDetail ? detail : detail[..LongestDetail] + "…";

    private static StatusCode StatusOf(ProblemKind kind) => kind.Status switch
    {
        StatusCodes.Status404NotFound => StatusCode.NotFound,
        StatusCodes.Status429TooManyRequests => StatusCode.ResourceExhausted,
        StatusCodes.Status503ServiceUnavailable => StatusCode.Unavailable,
        StatusCodes.Status504GatewayTimeout => StatusCode.DeadlineExceeded,
        >= 400 and < 500 => StatusCode.InvalidArgument,
        _ => StatusCode.Internal,
    };

    /// <summary>When to come again: in seconds as over HTTP, and by the name that clients of gRPC obey where they retry by themselves.</summary>
    private static Metadata Trailers(Problem problem)
    {
        var trailers = new Metadata();
        if (problem.RetrySeconds is { } seconds)
        {
            trailers.Add("retry-after", seconds.ToString(CultureInfo.InvariantCulture));
            trailers.Add("grpc-retry-pushback-ms", (1000 * seconds).ToString(CultureInfo.InvariantCulture));
        }

        return trailers;
    }
}
