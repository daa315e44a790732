using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;
using ResNetService.Api.Hosting;
using ResNetService.Api.Uploads;
using ResNetService.Inference.Errors;

namespace ResNetService.Api.Errors;

/// <summary>The one place where an exception becomes a reply over HTTP.</summary>
internal sealed class ExceptionTranslator(IOptions<RequestOptions> limits, ILogger<ExceptionTranslator> logger) : IExceptionHandler
{
    /// <summary>nginx's "client closed request": nobody reads it, but the log should not count it as a failure of ours.</summary>
    private const int ClientClosedRequest = 499;

    private const string BrokenRequest = "The request breaks the rules of HTTP, or its body ended before it was complete.";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // Whoever reads the body notices before the server does that the connection is gone. Told so, it does not try to read the rest.
        if (exception is ConnectionResetException)
            httpContext.Abort();
        if (exception is ConnectionResetException || httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = ClientClosedRequest;
            return true;
        }

        var problem = Translate(exception);
        if (problem.Kind.Status == StatusCodes.Status500InternalServerError)
            logger.RequestFailed(exception, httpContext.Request.Method, httpContext.Request.Path);
        await problem.WriteAsync(httpContext);
        return true;
    }

    internal Problem Translate(Exception exception) => exception switch
    {
        ServiceException { Error: var error } => Problem.Of(error),
        ProblemException { Problem: var problem } => problem,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new(ProblemKind.TooManyBytes, $"The request body has more than {limits.Value.MaxBytes} bytes: send fewer or smaller images in one request."),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } =>
            new(ProblemKind.RequestTimeout, $"The body came slower than {ConnectionLimits.SlowestBody.BytesPerSecond} bytes a second: send it faster, or smaller images."),
        BadHttpRequestException { StatusCode: var status and not StatusCodes.Status500InternalServerError } => new(ProblemKind.Of(status), BrokenRequest),
        // The size of a chunk that is no number.
        IOException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } => new(ProblemKind.InvalidRequest, BrokenRequest),
        _ => new(ProblemKind.Internal, "The reason is in the service's log, under this trace id. The request itself may be in order."),
    };
}
