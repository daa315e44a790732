using Grpc.AspNetCore.Server;
using Grpc.Reflection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using ResNetService.Api.Hosting;
using ResNetService.Api.Uploads;

namespace ResNetService.Api.OpenInference.Grpc;

internal static class GrpcRegistration
{
    /// <summary>Bytes of a message that names a service, a model or a symbol: it is held as long as its stream.</summary>
    private const int LongestName = 1000;

    public static void AddGrpcInference(this WebApplicationBuilder builder)
    {
        var grpcServer = builder.Services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<GrpcMetrics>();
            grpc.Interceptors.Add<GrpcErrors>();
            grpc.Interceptors.Add<OpenStreams>();
            // Else every address of two parts would be one of gRPC, and a wrong method there no 405. Clients take the 404 for what it means.
            grpc.IgnoreUnknownServices = true;
            // What a call may give is bounded before it runs.
            grpc.MaxSendMessageSize = null;
        });
        grpcServer.AddServiceOptions<ReadinessService>(health => health.MaxReceiveMessageSize = LongestName);
        grpcServer.AddServiceOptions<ReflectionServiceImpl>(reflection => reflection.MaxReceiveMessageSize = LongestName);
        // Read without validation: routes want this while they are made, and a fault is to be reported together with all others.
        builder.Services.AddOptions<GrpcServiceOptions>().Configure<IConfiguration>((grpc, configuration) =>
        {
            grpc.MaxReceiveMessageSize = (configuration.GetSection(RequestOptions.Section).Get<RequestOptions>() ?? new()).MaxBytes;
            // As over HTTP, nothing is taken that is compressed: kilobytes would become the largest message that is allowed. Here, after gRPC's own defaults.
            grpc.CompressionProviders.Clear();
        });
        builder.Services.AddSingleton<OpenStreams>();
        builder.Services.AddGrpcReflection();
        builder.Services.AddSingleton<IValidateOptions<GrpcOptions>, GrpcOptionsValidator>();
        builder.Services.AddOptionsWithValidateOnStart<GrpcOptions>().BindConfiguration(GrpcOptions.Section);
        builder.Services.AddAddressOf<GrpcAddress>();
    }

    public static void MapGrpcInference(this WebApplication app)
    {
        // The limit of a message holds, which gRPC has a status for, and not that of bodies.
        app.MapGrpcService<InferenceService>().WithMetadata(new DisableRequestSizeLimitAttribute());
        app.MapGrpcService<ReadinessService>().AllowAnonymous();
        if (app.Configuration.GetValue($"{GrpcOptions.Section}:{nameof(GrpcOptions.Reflection)}", defaultValue: true))
            app.MapGrpcReflectionService();
    }
}
