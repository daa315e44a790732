using Grpc.Core;
using Grpc.Health.V1;
using ResNetService.Api.OpenInference.Grpc.Messages;
using ResNetService.Api.OpenInference.Tensors;
using ResNetService.Inference.Models;
using HealthProtocol = Grpc.Health.V1.Health;

namespace ResNetService.Api.OpenInference.Grpc;

/// <summary><c>grpc.health.v1</c>, which Kubernetes' probes ask: ready, as <c>/health/ready</c> has it.</summary>
internal sealed class ReadinessService(IModelCatalog catalog) : HealthProtocol.HealthBase
{
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        if (request.Service.Length > 0 && request.Service != GRPCInferenceService.Descriptor.FullName)
            throw new RpcException(new Status(StatusCode.NotFound, $"There is no service '{Text.Short(request.Service)}'; ask for none, or for {GRPCInferenceService.Descriptor.FullName}."));
        return Task.FromResult(new HealthCheckResponse
        {
            Status = catalog.IsReady ? HealthCheckResponse.Types.ServingStatus.Serving : HealthCheckResponse.Types.ServingStatus.NotServing,
        });
    }
}
