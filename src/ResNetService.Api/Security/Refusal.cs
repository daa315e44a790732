using ResNetService.Api.Errors;
using ResNetService.Api.OpenInference.Grpc;

namespace ResNetService.Api.Security;

internal static class Refusal
{
    /// <summary>Ends a request before its route is reached, as the protocol does that it speaks.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        if (!GrpcErrors.IsCall(context.Request))
            return problem.WriteAsync(context);
        GrpcErrors.Refuse(context, problem);
        return Task.CompletedTask;
    }
}
