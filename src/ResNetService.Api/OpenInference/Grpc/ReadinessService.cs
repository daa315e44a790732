using Grpc.Core;
using Grpc.Health.V1;
using ResNetService.Api.Health;
using ResNetService.Api.OpenInference.Grpc.Messages;
using ResNetService.Api.OpenInference.Tensors;
using HealthProtocol = Grpc.Health.V1.Health;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace ResNetService.Api.OpenInference.Grpc;

/// <summary>
/// <c>grpc.health.v1</c>, which Kubernetes' probes and balancing clients ask: the service as a whole, or one model by its name, <c>name</c> or <c>name:version</c>,
/// as <c>/health/ready</c> has them.
/// </summary>
internal sealed class ReadinessService(Readiness readiness, IHostApplicationLifetime lifetime, TimeProvider time) : HealthProtocol.HealthBase
{
    /// <summary>How often a watched model is looked at.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        var status = StatusOf(request.Service);
        return status != ServingStatus.ServiceUnknown
            ? Task.FromResult(new HealthCheckResponse { Status = status })
            : throw new RpcException(new Status(StatusCode.NotFound, $"There is no service '{Text.Short(request.Service)}'; ask for none, for {GRPCInferenceService.Descriptor.FullName}, or for a model by its name."));
    }

    /// <summary>The state now, and each that is another, until the caller goes or the service stops: it says so, and holds up no shutdown.</summary>
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(Interval, time);
        ServingStatus? told = null;
        try
        {
            do
            {
                if (StatusOf(request.Service) is var status && status != told)
                    await responseStream.WriteAsync(new() { Status = status }, context.CancellationToken);
                told = status;
            }
            while (await timer.WaitForNextTickAsync(ends.Token));
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            if (told != ServingStatus.NotServing)
                await responseStream.WriteAsync(new() { Status = ServingStatus.NotServing }, context.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The caller has gone.
        }
    }

    private ServingStatus StatusOf(string service) => Ready(service) switch
    {
        true => ServingStatus.Serving,
        false => ServingStatus.NotServing,
        null => ServingStatus.ServiceUnknown,
    };

    private bool? Ready(string service) =>
        service.Length == 0 || service == GRPCInferenceService.Descriptor.FullName ? readiness.IsReady : readiness.Find(service)?.IsReady;
}
