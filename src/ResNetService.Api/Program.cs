using ResNetService.Api.Classify;
using ResNetService.Api.Document;
using ResNetService.Api.Errors;
using ResNetService.Api.Health;
using ResNetService.Api.Hosting;
using ResNetService.Api.Models;
using ResNetService.Api.Page;
using ResNetService.Api.Telemetry;

if (args is [HealthCheckCommand.Name, .. var rest])
    return await HealthCheckCommand.RunAsync(rest);

return await Startup.GuardAsync(() =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddDefaultAddress();
    builder.AddConnectionLimits();
    builder.AddGracefulShutdown();
    builder.AddLog();
    builder.AddJson();
    builder.AddErrorReplies();
    builder.AddClassify();
    builder.AddApiDocument();
    builder.AddPage();

    var app = builder.Build();
    app.UseRequestLog();
    app.UseErrorReplies();
    app.MapClassify();
    app.MapModels();
    app.MapHealth();
    app.MapApiDocument();
    app.MapPage();
    return app;
});

public sealed partial class Program;
