using ResNetService.Api.Classify;
using ResNetService.Api.Document;
using ResNetService.Api.Embed;
using ResNetService.Api.Errors;
using ResNetService.Api.Explain;
using ResNetService.Api.Health;
using ResNetService.Api.Hosting;
using ResNetService.Api.HuggingFace;
using ResNetService.Api.Models;
using ResNetService.Api.OpenInference;
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
    builder.AddLog();
    builder.AddJson();
    builder.AddErrorReplies();
    builder.AddInference();
    builder.AddOpenInference();
    builder.AddApiDocument();

    var app = builder.Build();
    app.UseRequestLog();
    app.UseErrorReplies();
    app.MapClassify();
    app.MapExplain();
    app.MapEmbed();
    app.MapModels();
    app.MapLabels();
    app.MapStats();
    app.MapOpenInference();
    app.MapHuggingFace();
    app.MapHealth();
    app.MapApiDocument();
    return app;
});

public sealed partial class Program;
