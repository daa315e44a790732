using ResNetService.Api.Document;
using ResNetService.Api.Errors;
using ResNetService.Api.Hosting;
using ResNetService.Api.Models;
using ResNetService.Api.Page;
using ResNetService.Api.Security;
using ResNetService.Api.Telemetry;
using ResNetService.Api.Uploads;
using ResNetService.Inference.Execution;

if (await Commands.RunAsync(args) is { } exitCode)
    return exitCode;

NativeHeap.Limit();
return await Startup.GuardAsync(() =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddListening();
    builder.AddTelemetry();
    builder.AddJson();
    builder.AddErrorReplies();
    builder.AddSecurity();
    builder.AddImages();
    builder.AddApiDocument();
    builder.AddPage();

    var app = builder.Build();
    app.UseRequestLog();
    app.UseErrorReplies();
    app.UseSecurity();
    app.MapImages();
    app.MapModels();
    app.MapTelemetry();
    app.MapApiDocument();
    app.MapPage();
    return app;
});

public sealed partial class Program;
