using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ResNetService.Modeling.Tests.Pull;

/// <summary>What a server may do when it is asked for a file.</summary>
internal static class Answers
{
    public const string Version1 = "\"1\"";
    public const string Version2 = "\"2\"";

    /// <summary>As it should be: ASP.NET Core's own ranges, If-Range and 416.</summary>
    public static RequestDelegate File(byte[] content, string? etag = Version1) => context =>
        Results.Bytes(content, "application/octet-stream", enableRangeProcessing: true, entityTag: etag is null ? null : new EntityTagHeaderValue(etag)).ExecuteAsync(context);

    /// <summary>All of it, whatever part was asked for.</summary>
    public static RequestDelegate WholeFile(byte[] content, string? etag = Version1) => context =>
    {
        context.Response.Headers.ETag = etag;
        return Results.Bytes(content, "application/octet-stream").ExecuteAsync(context);
    };

    /// <summary>The part that was asked for, though of another version than If-Range says.</summary>
    public static RequestDelegate PartRegardless(byte[] content, string etag) => context =>
    {
        context.Request.Headers.Remove(HeaderNames.IfRange);
        return File(content, etag)(context);
    };

    /// <summary>The beginning, and the connection breaks once <paramref name="received"/> is true of the client.</summary>
    public static RequestDelegate Cut(byte[] content, int after, Task received, string? etag = Version1) => async context =>
    {
        await BeginAsync(context, content, after, etag);
        await received;
        context.Abort();
    };

    /// <summary>The rest that was asked for, up to a place, and the connection breaks there.</summary>
    public static RequestDelegate CutRest(byte[] content, int upTo, Task received, string etag = Version1) => async context =>
    {
        var start = (int)context.Request.GetTypedHeaders().Range!.Ranges.Single().From!.Value;
        context.Response.StatusCode = StatusCodes.Status206PartialContent;
        context.Response.GetTypedHeaders().ContentRange = new ContentRangeHeaderValue(start, content.Length - 1, content.Length);
        await BeginAsync(context, content[start..], upTo - start, etag);
        await received;
        context.Abort();
    };

    /// <summary>The beginning, and then silence.</summary>
    public static RequestDelegate Stall(byte[] content, int after, string? etag = Version1) => async context =>
    {
        await BeginAsync(context, content, after, etag);
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    };

    /// <summary>Without a length.</summary>
    public static RequestDelegate Chunked(byte[] content) => async context =>
    {
        await context.Response.StartAsync();
        await context.Response.Body.WriteAsync(content);
    };

    public static RequestDelegate Page(int status = StatusCodes.Status200OK) => context =>
        Results.Content("<html>Please log in</html>", "text/html; charset=utf-8", statusCode: status).ExecuteAsync(context);

    public static RequestDelegate Status(int status, string? retryAfter = null) => context =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        return Task.CompletedTask;
    };

    public static RequestDelegate Redirect(string? location) => context =>
    {
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    };

    private static async Task BeginAsync(HttpContext context, byte[] content, int length, string? etag)
    {
        context.Response.Headers.ETag = etag;
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(content.AsMemory(0, length));
        await context.Response.Body.FlushAsync();
    }
}
