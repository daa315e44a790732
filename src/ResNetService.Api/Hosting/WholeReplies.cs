using ResNetService.Api.OpenInference.Grpc;

namespace ResNetService.Api.Hosting;

/// <summary>
/// Sends short replies whole, with their length. Without it a reply ends with a message of its own: where the service dies between the two, a proxy in
/// front has sent on what is no whole answer, and cannot ask another replica any more.
/// </summary>
internal sealed class WholeReplies : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(HoldAsync);
        next(app);
    };

    private static async Task HoldAsync(HttpContext context, RequestDelegate next)
    {
        if (GrpcErrors.IsCall(context.Request))
        {
            await next(context);
            return;
        }

        var body = context.Response.Body;
        await using var held = new HeldReply(context.Response, body);
        context.Response.Body = held;
        try
        {
            await next(context);
            await held.SendAsync(context.RequestAborted);
        }
        finally
        {
            context.Response.Body = body;
        }
    }
}
