using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ResNetService.Api.Hosting;

/// <summary>How the service ends. Configuration section <c>Shutdown</c>.</summary>
internal sealed class ShutdownOptions
{
    public const string Section = "Shutdown";

    /// <summary>How long new requests are still taken after readiness is withdrawn: as long as a load balancer needs to notice.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan GracePeriod { get; set; } = TimeSpan.Zero;

    /// <summary>How long requests in flight may take to end after that.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}

[OptionsValidator]
internal sealed partial class ShutdownOptionsValidator : IValidateOptions<ShutdownOptions>;
