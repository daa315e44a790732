using Microsoft.AspNetCore.Diagnostics;

namespace ResNetService.Api.Errors;

internal static class ErrorReplies
{
    public static void AddErrorReplies(this WebApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails();
        builder.Services.AddSingleton<ExceptionTranslator>();
        builder.Services.AddSingleton<IExceptionHandler>(provider => provider.GetRequiredService<ExceptionTranslator>());
    }

    /// <summary>Every reply of status 400 and above has a body, also those that routing makes.</summary>
    public static void UseErrorReplies(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(DescribeAsync);
    }

    private static Task DescribeAsync(StatusCodeContext context)
    {
        var http = context.HttpContext;
        return new Problem(ProblemKind.Of(http.Response.StatusCode), Detail(http)).WriteAsync(http);
    }

    private static string Detail(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => $"Nothing is at '{http.Request.Path}'; /swagger lists what there is.",
        StatusCodes.Status405MethodNotAllowed => $"'{http.Request.Path}' does not take {http.Request.Method}; it takes {http.Response.Headers.Allow}.",
        _ => "/swagger describes what the service takes.",
    };
}
