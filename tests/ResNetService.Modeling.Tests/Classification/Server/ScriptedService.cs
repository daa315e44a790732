using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ResNetService.Modeling.Tests.Classification.Server;

/// <summary>
/// Kestrel on a port of loopback that speaks as the service does, for faults that the service itself cannot be made to have. It serves
/// one model, and answers <c>POST /classify</c> in its turn as it is told; the last answer repeats.
/// </summary>
internal sealed class ScriptedService : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<string> _authorizations = new();

    private ScriptedService(WebApplication application) => _application = application;

    public Uri Address => new(_application.Urls.Single() + "/");

    /// <summary>Method, path and query of each.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>That header of each; empty where there was none.</summary>
    public IReadOnlyList<string> Authorizations => [.. _authorizations];

    public int Classifications => _requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal));

    public static async Task<ScriptedService> StartAsync(params RequestDelegate[] answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var service = new ScriptedService(builder.Build());
        var turn = 0;
        service._application.Use((context, next) =>
        {
            service._requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            service._authorizations.Enqueue(context.Request.Headers.Authorization.ToString());
            return next(context);
        });
        service._application.MapGet("/models", () => Results.Content("""{"models":[{"name":"broken","version":"1","isDefault":false},{"name":"color","version":"2","isDefault":true}]}""", "application/json"));
        service._application.MapGet("/models/color:2", () => Results.Content(
            """{"name":"color","version":"2","state":"ready","isDefault":true,"provider":"cpu","precision":"fp32","instructionSet":"AVX2","faults":[],"warnings":[],"labels":[{"name":"red"},{"name":"blue"}]}""", "application/json"));
        service._application.MapGet("/models/broken", () => Results.Content(
            """{"name":"broken","version":"1","state":"invalid","isDefault":false,"provider":null,"precision":null,"faults":["model.onnx is missing"],"warnings":[],"labels":null}""", "application/json"));
        service._application.MapPost("/classify", context => answers[Math.Min(Interlocked.Increment(ref turn), answers.Length) - 1](context));
        await service._application.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    public static RequestDelegate Answer { get; } = context => Results.Content(
        """{"model":"color","version":"2","provider":"cpu","precision":"fp32","results":[{"name":null,"width":4,"height":3,"predictions":[{"index":1,"label":"blue","probability":0.75}],"error":null}],"timings":{}}""",
        "application/json").ExecuteAsync(context);

    public static RequestDelegate Problem(int status, string type, string detail, string? retryAfter = null) => context =>
    {
        context.Response.Headers.RetryAfter = retryAfter;
        return Results.Problem(detail, statusCode: status, type: $"urn:resnetservice:problem:{type}").ExecuteAsync(context);
    };

    /// <summary>As a server between answers.</summary>
    public static RequestDelegate Page(int status) => context => Results.Content("<html>Sorry</html>", "text/html", statusCode: status).ExecuteAsync(context);

    public static RequestDelegate Disconnect { get; } = context =>
    {
        context.Abort();
        return Task.CompletedTask;
    };

    public static RequestDelegate Silence { get; } = async context =>
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    };
}
