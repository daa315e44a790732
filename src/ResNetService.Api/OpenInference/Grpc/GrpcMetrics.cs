using System.Collections.Frozen;
using System.Text.Json;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http.Features;

namespace ResNetService.Api.OpenInference.Grpc;

/// <summary>Adds to the duration and the span of a call, which ASP.NET Core measures, how it ended: over HTTP every call is a 200. Calls that stream last as long as their callers like, and have none.</summary>
internal sealed class GrpcMetrics(TimeProvider time) : Interceptor
{
    /// <summary>By OpenTelemetry's conventions, with the names of gRPC.</summary>
    public const string StatusTag = "rpc.response.status_code";

    private static readonly FrozenDictionary<StatusCode, string> Names = Enum.GetValues<StatusCode>()
        .ToFrozenDictionary(status => status, status => JsonNamingPolicy.SnakeCaseUpper.ConvertName(status.ToString()));

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var status = StatusCode.Unknown;
        try
        {
            var response = await continuation(request, context);
            status = StatusCode.OK;
            return response;
        }
        catch (RpcException e)
        {
            // The caller is told of its deadline by the server, whatever the call then says of its cancellation.
            status = e.StatusCode == StatusCode.Cancelled && context.Deadline <= time.GetUtcNow() ? StatusCode.DeadlineExceeded : e.StatusCode;
            throw;
        }
        finally
        {
            Tag(context.GetHttpContext(), status);
        }
    }

    /// <summary>Also for a call that is refused before an interceptor sees it.</summary>
    public static void Tag(HttpContext context, StatusCode status)
    {
        context.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new(StatusTag, Names[status]));
        context.Features.Get<IHttpActivityFeature>()?.Activity.SetTag(StatusTag, Names[status]);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        DisableDuration(context);
        return continuation(request, responseStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        DisableDuration(context);
        return continuation(requestStream, responseStream, context);
    }

    private static void DisableDuration(ServerCallContext context)
    {
        if (context.GetHttpContext().Features.Get<IHttpMetricsTagsFeature>() is { } metrics)
            metrics.MetricsDisabled = true;
    }
}
