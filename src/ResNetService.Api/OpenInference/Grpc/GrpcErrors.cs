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
        catch (Exception e) when (e is not RpcException || context.CancellationToken.IsCancellationRequested)
        {
            throw Translated(e, context);
        }
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        TranslateAsync(continuation(request, responseStream, context), context);

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        TranslateAsync(continuation(requestStream, responseStream, context), context);

    public static bool IsCall(HttpRequest request) => request.ContentType?.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Ends a call that has not reached its method: a reply of headers alone, in which clients find the status and its words.</summary>
    public static void Refuse(HttpContext context, Problem problem)
    {
        Count(context, problem);
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentType;
        foreach (var trailer in Trailers(problem))
            response.Headers[trailer.Key] = trailer.Value;
        response.Headers["grpc-status"] = ((int)StatusOf(problem.Kind)).ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Uri.EscapeDataString(Shortened(problem.Detail));
    }

    /// <summary>Ends a call whose message has not been read, which no interceptor sees.</summary>
    public static RpcException Refused(HttpContext context, Problem problem)
    {
        Count(context, problem);
        return Of(problem);
    }

    private static void Count(HttpContext context, Problem problem)
    {
        context.RequestServices.GetRequiredService<ServiceMeter>().Rejected(problem.Kind);
        GrpcMetrics.Tag(context, StatusOf(problem.Kind));
    }

    private async Task TranslateAsync(Task call, ServerCallContext context)
    {
        try
        {
            await call;
        }
        catch (Exception e) when (e is not RpcException || context.CancellationToken.IsCancellationRequested)
        {
            throw Translated(e, context);
        }
    }

    private RpcException Translated(Exception e, ServerCallContext context)
    {
        // The caller has gone, which is no error of the service's, or was told by the server already that its deadline is over.
        if (context.CancellationToken.IsCancellationRequested)
            return new(new Status(StatusCode.Cancelled, "The call was cancelled."));
        var problem = translator.Translate(e);
        meter.Rejected(problem.Kind);
        if (problem.Kind == ProblemKind.Internal)
            logger.RequestFailed(e, "gRPC", context.Method);
        return Of(problem);
    }

    private static RpcException Of(Problem problem) => new(new Status(StatusOf(problem.Kind), Shortened(problem.Detail)), Trailers(problem));

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
