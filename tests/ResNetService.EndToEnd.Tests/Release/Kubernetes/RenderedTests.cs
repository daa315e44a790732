using k8s.Models;

namespace ResNetService.EndToEnd.Tests.Release.Kubernetes;

/// <summary>What kustomize makes of the overlays, where kubectl is installed.</summary>
public sealed class RenderedTests
{
    public static TheoryData<string> Overlays => [.. ServingPod.Names];

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_RendersToManifestsOfTheirKinds_AndToThePodThatIsJudged(string name)
    {
        var (missing, _, _) = await ShellCommand.RunToEndAsync("kubectl version --client", new Dictionary<string, string>(), TestContext.Current.CancellationToken);
        Assert.SkipWhen(missing != 0, "needs kubectl");

        var manifests = Manifests.Parse(await ShellCommand.RunAsync($"kubectl kustomize docker/kubernetes/{name}", TestContext.Current.CancellationToken));

        if (name == "kserve")
        {
            Assert.Equal(2, manifests.Count);
            return;
        }

        var deployment = Assert.Single(manifests.OfType<V1Deployment>());
        var (rendered, judged) = (ServingPod.Of(name, deployment), ServingPod.Read(name));
        Assert.Empty(PodPolicy.Faults(rendered));
        Assert.Equal(judged.Container.Image, rendered.Container.Image);
        Assert.Equal(Settings(judged), Settings(rendered));
        // The autoscaler's to say.
        Assert.Null(deployment.Spec.Replicas);
        Assert.Single(manifests.OfType<V2HorizontalPodAutoscaler>());
        Assert.Single(manifests.OfType<ServiceMonitor>());
        Assert.Single(manifests.OfType<PrometheusRule>());
    }

    private static IEnumerable<string> Settings(ServingPod pod) => pod.Container.Env.Select(variable => $"{variable.Name}={variable.Value}").Order(StringComparer.Ordinal);
}
