using ResNetService.Api.Document;
using ResNetService.Api.Errors;
using ResNetService.Api.Health;
using ResNetService.Api.Hosting;
using ResNetService.Api.Models;
using ResNetService.Api.Page;
using ResNetService.Api.Stats;
using ResNetService.Api.Telemetry;
using ResNetService.Api.Uploads;

if (args is [HealthCheckCommand.Name, .. var rest])
    return await HealthCheckCommand.RunAsync(rest);

return await Startup.GuardAsync(() =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddDefaultAddress();
    builder.AddConnectionLimits();
    builder.AddGracefulShutdown();
    builder.AddTelemetry();
    builder.AddJson();
    builder.AddErrorReplies();
    builder.AddImages();
    builder.AddApiDocument();
    builder.AddPage();

    var app = builder.Build();
    app.UseRequestLog();
    app.UseErrorReplies();
    app.MapImages();
    app.MapModels();
    app.MapStats();
    app.MapHealth();
    app.MapMetrics();
    app.MapApiDocument();
    app.MapPage();
    return app;
});

public sealed partial class Program;
