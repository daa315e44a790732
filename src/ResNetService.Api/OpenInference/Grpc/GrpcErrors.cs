using System.Globalization;
using Grpc.Core;
using Grpc.Core.Interceptors;
using ResNetService.Api.Errors;
using ResNetService.Api.Telemetry;

namespace ResNetService.Api.OpenInference.Grpc;

/// <summary>The one place where an exception becomes a status of gRPC.</summary>
internal sealed class GrpcErrors(ExceptionTranslator translator, ServiceMeter meter, ILogger<GrpcErrors> logger) : Interceptor
{
    /// <summary>It travels as a header, and with one that is too long for HTTP/2 the connection stands still.</summary>
    private const int LongestDetail = 1000;

    private const string ContentType = "application/grpc";

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
            meter.Rejected(problem.Kind);
            if (problem.Kind == ProblemKind.Internal)
                logger.RequestFailed(e, "gRPC", context.Method);
            throw Of(problem);
        }
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        UntilTheCallerGoesAsync(continuation(request, responseStream, context), context);

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        UntilTheCallerGoesAsync(continuation(requestStream, responseStream, context), context);

    /// <summary>That it went is no error of the service's, and would be logged as one.</summary>
    private static async Task UntilTheCallerGoesAsync(Task call, ServerCallContext context)
    {
        try
        {
            await call;
        }
        catch (Exception) when (context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled."));
        }
    }

    public static bool IsCall(HttpRequest request) => request.ContentType?.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Ends a call that has not reached its method: a reply of headers alone, in which clients find the status and its words.</summary>
    public static void Refuse(HttpResponse response, Problem problem)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentType;
        foreach (var trailer in Trailers(problem))
            response.Headers[trailer.Key] = trailer.Value;
        response.Headers["grpc-status"] = ((int)StatusOf(problem.Kind)).ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Uri.EscapeDataString(Shortened(problem.Detail));
    }

    public static RpcException Of(Problem problem) => new(new Status(StatusOf(problem.Kind), Shortened(problem.Detail)), Trailers(problem));

    private static string Shortened(string detail) => detail.Length <= LongestDetail ? detail : detail[..LongestDetail] + "…";

    private static StatusCode StatusOf(ProblemKind kind) => kind.Status switch
    {
        StatusCodes.Status401Unauthorized => StatusCode.Unauthenticated,
        StatusCodes.Status403Forbidden => StatusCode.PermissionDenied,
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
