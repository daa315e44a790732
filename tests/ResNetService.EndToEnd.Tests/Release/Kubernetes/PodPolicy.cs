using k8s.Models;

namespace ResNetService.EndToEnd.Tests.Release.Kubernetes;

/// <summary>What every pod that serves has: probes, bounds, and no right that it does not need (the profile "restricted" of the Pod Security Standards, and more).</summary>
internal static class PodPolicy
{
    public static IEnumerable<string> Faults(ServingPod serving)
    {
        var (container, pod) = (serving.Container, serving.Pod);
        var (own, shared) = (container.SecurityContext, pod?.SecurityContext);
        return new (bool Holds, string Fault)[]
        {
            (container.ReadinessProbe?.HttpGet is not null, "no readiness probe"),
            (container.LivenessProbe?.HttpGet is not null, "no liveness probe"),
            (pod is null || container.StartupProbe?.HttpGet is not null, "no startup probe"),
            (StartIsWaitedFor(container), "is ended before it may have started"),
            (container.Resources?.Requests?.ContainsKey("cpu") == true, "no request of processors"),
            (container.Resources?.Requests?.ContainsKey("memory") == true, "no request of memory"),
            (container.Resources?.Limits?.ContainsKey("memory") == true, "no limit of memory"),
            (container.Resources?.Limits?.ContainsKey("cpu") != true, "a limit of processor time, which holds runs up"),
            ((own?.RunAsNonRoot ?? shared?.RunAsNonRoot) == true, "may run as root"),
            ((own?.RunAsUser ?? shared?.RunAsUser) > 0, "no user"),
            (own?.ReadOnlyRootFilesystem == true, "its root file system can be written"),
            (own?.AllowPrivilegeEscalation == false, "privileges may be escalated"),
            (own?.Privileged is null or false, "privileged"),
            (own?.Capabilities?.Drop?.SequenceEqual(["ALL"]) == true && own.Capabilities.Add is null or [], "capabilities"),
            ((own?.SeccompProfile ?? shared?.SeccompProfile)?.Type == "RuntimeDefault", "no profile of seccomp"),
            (pod is null || (pod.HostNetwork ?? pod.HostPID ?? pod.HostIPC ?? false) == false, "a namespace of the host"),
            (pod is null || pod.AutomountServiceAccountToken == false, "a token for the cluster"),
            (serving.Volumes.All(volume => volume.HostPath is null), "a folder of the host"),
            ((container.VolumeMounts ?? []).All(mount => serving.Volumes.Any(volume => volume.Name == mount.Name)), "a volume that there is not"),
            (pod is null || pod.TerminationGracePeriodSeconds >= (LongestEnd(serving) + TimeSpan.FromSeconds(5)).TotalSeconds, "is ended before it may have answered what it holds"),
            (pod is null || pod.TopologySpreadConstraints is { Count: > 0 }, "may have all replicas on one node"),
        }.Where(rule => !rule.Holds).Select(rule => rule.Fault);
    }

    /// <summary>From the signal to the end.</summary>
    public static TimeSpan LongestEnd(ServingPod serving) =>
        new[] { "Shutdown:GracePeriod", "Shutdown:Timeout" }.Aggregate(TimeSpan.Zero, (sum, name) => sum + TimeSpan.Parse(serving.Setting(name) ?? DocumentedOptions.DefaultOf(name), null));

    /// <summary>Two minutes to load and warm.</summary>
    private static bool StartIsWaitedFor(V1Container container) =>
        (container.StartupProbe is { } startup ? (startup.FailureThreshold ?? 3) * (startup.PeriodSeconds ?? 10) : container.LivenessProbe?.InitialDelaySeconds ?? 0) >= 120;
}
