using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using ResNetService.Api.Health;
using ResNetService.Api.OpenInference.Grpc.Messages;
using ResNetService.Api.OpenInference.Tensors;
using ResNetService.Api.Security.Limits;
using ResNetService.Api.Uploads;
using ResNetService.Inference.Models;
using ResNetService.Inference.Tensors;

namespace ResNetService.Api.OpenInference.Grpc;

/// <summary>The Open Inference Protocol over gRPC. A call's own deadline cancels it; <c>Requests:MaxDeadline</c> holds for every call.</summary>
internal sealed class InferenceService(IModelCatalog catalog, Readiness readiness, ITensorRunner runner, IOptions<RequestOptions> options, ClientLimits limits, BodyMeter bodies, TimeProvider time)
    : GRPCInferenceService.GRPCInferenceServiceBase
{
    [AllowAnonymous]
    public override Task<ServerLiveResponse> ServerLive(ServerLiveRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerLiveResponse { Live = !catalog.IsStuck });

    [AllowAnonymous]
    public override Task<ServerReadyResponse> ServerReady(ServerReadyRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerReadyResponse { Ready = catalog.IsReady });

    public override Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context) =>
        Task.FromResult(new ModelReadyResponse { Ready = readiness.Of(new ModelAddress(request.Name, request.Version).Reference).IsReady });

    public override Task<ServerMetadataResponse> ServerMetadata(ServerMetadataRequest request, ServerCallContext context)
    {
        var server = OpenInference.ServerMetadata.Current;
        return Task.FromResult(new ServerMetadataResponse { Name = server.Name, Version = server.Version, Extensions = { server.Extensions } });
    }

    public override async Task<ModelMetadataResponse> ModelMetadata(ModelMetadataRequest request, ServerCallContext context)
    {
        var model = await OpenInference.ModelMetadata.OfAsync(new(request.Name, request.Version), catalog, options.Value, context.CancellationToken);
        return new ModelMetadataResponse
        {
            Name = model.Name,
            Versions = { model.Versions },
            Platform = model.Platform,
            Inputs = { model.Inputs.Select(Tensor) },
            Outputs = { model.Outputs.Select(Tensor) },
        };
    }

    public override async Task<ModelInferResponse> ModelInfer(ModelInferRequest request, ServerCallContext context)
    {
        var deadline = new Deadline(options.Value.MaxDeadline, time);
        using var lease = await new ModelAddress(request.ModelName, request.ModelVersion).AcquireAsync(catalog, deadline.Left, context.CancellationToken);
        var model = ModelSignature.Of(lease.Model);
        var call = InferenceMessages.Read(request, model, options.Value.MaxImages);
        bodies.Received(lease.Model, call.Images.Sum(image => (long)image.Length));
        limits.TakeImages(context.GetHttpContext(), call.Images.Count);
        var outputs = await call.RunAsync(runner, lease, model, options.Value.MaxBytes, deadline.Left, context.CancellationToken);
        return InferenceMessages.Write(model, request.Id, outputs);
    }

    public override Task<RepositoryIndexResponse> RepositoryIndex(RepositoryIndexRequest request, ServerCallContext context) =>
        Task.FromResult(new RepositoryIndexResponse { Models = { RepositoryEntry.Index(catalog, request.Ready).Select(Entry) } });

    private static ModelMetadataResponse.Types.TensorMetadata Tensor(TensorMetadata tensor) =>
        new() { Name = tensor.Name, Datatype = tensor.Datatype, Shape = { tensor.Shape } };

    private static RepositoryIndexResponse.Types.ModelIndex Entry(RepositoryEntry entry) =>
        new() { Name = entry.Name, Version = entry.Version, State = entry.State, Reason = entry.Reason };
}
