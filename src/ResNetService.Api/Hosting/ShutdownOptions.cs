using System.ComponentModel.DataAnnotations;

namespace ResNetService.Api.Hosting;

/// <summary>How the service ends. Configuration section <c>Shutdown</c>.</summary>
internal sealed class ShutdownOptions
{
    public const string Section = "Shutdown";

    /// <summary>How long requests are still taken after <c>/health/ready</c> turns 503: as long as a load balancer needs to notice.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00", ErrorMessage = Section + ":GracePeriod must be {1} to {2}.")]
    public TimeSpan GracePeriod { get; set; } = TimeSpan.Zero;

    /// <summary>How long requests in flight may take to end after that, before they are given up. As it comes 5 s more than <c>Requests:MaxDeadline</c>, so that each has its answer. An answer that is being taken has half of what is left of it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ErrorMessage = Section + ":Timeout must be {1} to {2}.")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(65);

    /// <summary>From the stop signal to the end, at most.</summary>
    internal TimeSpan Whole => GracePeriod + Timeout;
}
