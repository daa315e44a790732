using Microsoft.Extensions.Options;
using ResNetService.Api.Errors;
using ResNetService.Api.OpenInference.Tensors;
using ResNetService.Api.Security.Limits;
using ResNetService.Api.Uploads;
using ResNetService.Inference.Models;
using ResNetService.Inference.Tensors;

namespace ResNetService.Api.OpenInference.Rest;

/// <summary>Answers inference requests over HTTP.</summary>
internal sealed class InferenceEndpoint(
    IModelCatalog catalog, ITensorRunner runner, IOptions<RequestOptions> options, ClientLimits limits, BodyMeter bodies, TimeProvider time)
{
    /// <exception cref="ProblemException">The request is not what the model takes.</exception>
    public async Task AnswerAsync(HttpContext context, ModelAddress address, CancellationToken cancellationToken)
    {
        var (model, id, outputs) = await RunAsync(context, address, cancellationToken);
        await InferenceReply.WriteAsync(context.Response, model, id, outputs, cancellationToken);
    }

    /// <summary>Neither the model nor the body is held for a caller that takes its time over the answer.</summary>
    private async Task<(ModelSignature Model, string? Id, IReadOnlyList<OutputTensor> Outputs)> RunAsync(HttpContext context, ModelAddress address, CancellationToken cancellationToken)
    {
        var deadline = Deadline.Of(context.Request, options.Value.MaxDeadline, time);
        BodyReader.EnsureNotEncoded(context.Request);
        using var lease = await address.AcquireAsync(catalog, deadline.Left, cancellationToken);
        var model = ModelSignature.Of(lease.Model);
        runner.EnsureRoom(lease);

        List<IDisposable> memory = [];
        try
        {
            using var reading = bodies.Start();
            var body = await deadline.WhileReadingAsync(token => ImageBuffer.ReadWholeAsync(context.Request, options.Value.MaxBytes, token), cancellationToken);
            memory.Add(body);
            reading.Ended(model.Reference, body.Data.Length);
            var call = Parse(context.Request, body.Data, model, memory);
            limits.TakeImages(context, call.Images.Count);
            return (model, call.Id, await call.RunAsync(runner, lease, model, options.Value.MaxBytes, deadline.Left, cancellationToken));
        }
        finally
        {
            foreach (var owned in memory)
                owned.Dispose();
        }
    }

    private InferenceCall Parse(HttpRequest request, ReadOnlyMemory<byte> body, ModelSignature model, List<IDisposable> memory)
    {
        var length = InferenceHeader.Of(request, body.Length);
        return length == 0
            ? RawRequest(request, body, model)
            : InferenceJson.Read(body.Span[..(length ?? body.Length)], body[(length ?? body.Length)..], model, options.Value.MaxImages, memory);
    }

    /// <summary>A body without any JSON is one image: a file where it says so, else the tensor.</summary>
    private static InferenceCall RawRequest(HttpRequest request, ReadOnlyMemory<byte> body, ModelSignature model)
    {
        var isFile = request.ContentType?.StartsWith("image/", StringComparison.OrdinalIgnoreCase) == true;
        if (!isFile && body.Length != model.ImageBytes)
            throw ProblemException.Invalid($"The body has {body.Length} bytes; one image of {model.Reference} has {model.ImageBytes}, as {model.Input.Datatype} {Text.Of(model.Input.WithBatch(1).Shape)}. An image file is sent with the Content-Type image/*.");
        return new(null, !isFile, [body], model.RequestAll(isBinary: true));
    }
}
