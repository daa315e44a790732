using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ResNetService.Api.Security.Limits;
using ResNetService.Api.Telemetry;
using ResNetService.Api.Uploads;
using ResNetService.Inference.Models;
using ResNetService.Inference.Telemetry;

namespace ResNetService.Fuzz.Targets.Http;

/// <summary>What readers need beside the body: nobody is limited, and nobody collects what is measured.</summary>
internal static class Surroundings
{
    private static readonly ServiceMeter Meter = new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    public static ClientLimits Unlimited { get; } = new(Options.Create(new RateLimitOptions()));

    public static BodyMeter Unobserved(IModelCatalog catalog) => new(new InferenceMeter(), Meter, catalog, TimeProvider.System);
}
