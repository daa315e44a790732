using k8s.Models;

namespace ResNetService.EndToEnd.Tests.Release.Kubernetes;

/// <summary>Each rule of the policy is broken by what it forbids, and by nothing else.</summary>
public sealed class PodPolicyTests
{
    private static readonly Dictionary<string, Action<ServingPod>> Breaks = new()
    {
        ["no readiness probe"] = pod => pod.Container.ReadinessProbe = null,
        ["no liveness probe"] = pod => pod.Container.LivenessProbe = null,
        ["is ended before it may have started"] = pod => pod.Container.StartupProbe.FailureThreshold = 10,
        ["no request of processors"] = pod => pod.Container.Resources.Requests.Remove("cpu"),
        ["no request of memory"] = pod => pod.Container.Resources.Requests.Remove("memory"),
        ["no limit of memory"] = pod => pod.Container.Resources.Limits.Remove("memory"),
        ["a limit of processor time, which holds runs up"] = pod => pod.Container.Resources.Limits["cpu"] = new ResourceQuantity("2"),
        ["may run as root"] = pod => pod.Pod!.SecurityContext.RunAsNonRoot = null,
        ["no user"] = pod => pod.Container.SecurityContext.RunAsUser = 0,
        ["its root file system can be written"] = pod => pod.Container.SecurityContext.ReadOnlyRootFilesystem = null,
        ["privileges may be escalated"] = pod => pod.Container.SecurityContext.AllowPrivilegeEscalation = null,
        ["privileged"] = pod => pod.Container.SecurityContext.Privileged = true,
        ["capabilities"] = pod => pod.Container.SecurityContext.Capabilities.Add = ["NET_ADMIN"],
        ["no profile of seccomp"] = pod => pod.Container.SecurityContext.SeccompProfile = new() { Type = "Unconfined" },
        ["a namespace of the host"] = pod => pod.Pod!.HostNetwork = true,
        ["a token for the cluster"] = pod => pod.Pod!.AutomountServiceAccountToken = null,
        ["a folder of the host"] = pod => pod.Volumes.Add(new() { Name = "host", HostPath = new() { Path = "/" } }),
        ["a volume that there is not"] = pod => pod.Volumes.Clear(),
        ["is ended before it may have answered what it holds"] = pod => pod.Pod!.TerminationGracePeriodSeconds = 70,
        ["may have all replicas on one node"] = pod => pod.Pod!.TopologySpreadConstraints = null,
    };

    public static TheoryData<string> Faults => [.. Breaks.Keys];

    [Theory]
    [MemberData(nameof(Faults))]
    public void Pod_ThatBreaksARule_HasThatFault(string fault)
    {
        var pod = ServingPod.Read("cpu");
        Breaks[fault](pod);

        Assert.Equal([fault], PodPolicy.Faults(pod));
    }

    [Fact]
    public void Pod_WithoutAStartupProbe_IsEndedBeforeItMayHaveStarted()
    {
        var pod = ServingPod.Read("cpu");
        pod.Container.StartupProbe = null;

        Assert.Equal(["no startup probe", "is ended before it may have started"], PodPolicy.Faults(pod));
    }
}
