using Microsoft.AspNetCore.Http.Features;
using ResNetService.Api.OpenInference.Grpc;

namespace ResNetService.Api.Memory;

internal static class HeldBodies
{
    /// <summary>Has the body of every request counted, by whichever of the two ways it is read.</summary>
    public static void UseHeldBodies(this WebApplication app) =>
        app.Use((context, next) => HasBody(context) ? HoldAsync(context, next) : next(context));

    private static async Task HoldAsync(HttpContext context, RequestDelegate next)
    {
        // Not before there is a request: options are validated when the routes are there, all of them at once.
        var memory = context.RequestServices.GetRequiredService<BodyMemory>();
        var request = context.Request;
        var isGrpc = GrpcErrors.IsCall(request);
        using var held = new HeldBody(memory, isGrpc ? context : null);
        context.Response.OnStarting(() =>
        {
            held.AnswerBegins(context);
            return Task.CompletedTask;
        });
        // One that is longer than any may be is refused for that when it is read: it can come again as often as it likes.
        if (!isGrpc && request.ContentLength is { } length && !(length > context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize))
            held.EnsureRoomFor(length);
        // The stream last: a reader that is asked for after that would be made of it.
        var reader = new HeldBodyReader(request.BodyReader, held);
        request.Body = new HeldBodyStream(request.Body, held);
        context.Features.Set<IRequestBodyPipeFeature>(reader);
        await next(context);
    }

    /// <summary>A stream may last for ever, and holds one short message at a time.</summary>
    private static bool HasBody(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false && !OpenStreams.IsOne(context);
}
