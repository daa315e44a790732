using Grpc.AspNetCore.Server;
using Microsoft.Extensions.Options;
using ResNetService.Api.Uploads;

namespace ResNetService.Api.OpenInference.Grpc;

internal static class GrpcRegistration
{
    /// <summary>What gRPC puts before a message within a body, whose size is what is limited.</summary>
    private const int PrefixBytes = 5;

    public static void AddGrpcInference(this WebApplicationBuilder builder)
    {
        builder.Services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<GrpcErrors>();
            // What a model gives is as large as it is.
            grpc.MaxSendMessageSize = null;
        });
        // Read without validation: routes want this while they are made, and a fault is to be reported together with all others.
        builder.Services.AddOptions<GrpcServiceOptions>().Configure<IConfiguration>((grpc, configuration) =>
            grpc.MaxReceiveMessageSize = (configuration.GetSection(RequestOptions.Section).Get<RequestOptions>() ?? new()).MaxBytes - PrefixBytes);
        builder.Services.AddSingleton<IValidateOptions<GrpcOptions>, GrpcOptionsValidator>();
        builder.Services.AddOptionsWithValidateOnStart<GrpcOptions>().BindConfiguration(GrpcOptions.Section);
        builder.Services.AddTransient<IStartupFilter, GrpcAddress>();
    }

    public static void MapGrpcInference(this WebApplication app)
    {
        app.MapGrpcService<InferenceService>();
        app.MapGrpcService<ReadinessService>();
    }
}
