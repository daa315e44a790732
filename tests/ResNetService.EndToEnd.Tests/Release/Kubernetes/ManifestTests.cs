using System.Globalization;
using System.Text.Json;
using k8s.Models;

namespace ResNetService.EndToEnd.Tests.Release.Kubernetes;

/// <summary>The manifests of docker/kubernetes are what their kinds want, agree with each other and with the service.</summary>
public sealed class ManifestTests
{
    private static readonly V1Deployment Deployment = Manifests.Read<V1Deployment>("base/deployment.yaml");

    public static TheoryData<string> Files => [.. Manifests.Files];

    public static TheoryData<string> Pods => [.. ServingPod.Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void Manifest_IsOfItsKind(string file) => Assert.NotEmpty(Manifests.Read(file));

    [Fact]
    public void Field_ThatItsKindDoesNotHave_IsAnError()
    {
        Assert.ThrowsAny<Exception>(() => Manifests.Parse("apiVersion: v1\nkind: Service\nspec: { porst: [] }"));
        Assert.ThrowsAny<Exception>(() => Manifests.Parse("apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nspec: { endpoint: [] }"));
    }

    [Fact]
    public void Kustomizations_NameFilesThatExist_AndEveryFileIsNamed()
    {
        HashSet<string> named = [];
        foreach (var file in Manifests.Files.Where(file => file.EndsWith("/kustomization.yaml", StringComparison.Ordinal)))
        {
            var kustomization = Manifests.Read<Kustomization>(file);
            var folder = Path.GetDirectoryName(file)!;
            foreach (var name in kustomization.Resources.Concat(kustomization.Components).Concat(kustomization.Patches.Select(patch => patch.Path).OfType<string>()))
            {
                var path = Path.GetRelativePath(Manifests.PathOf(""), Path.GetFullPath(Manifests.PathOf(Path.Combine(folder, name)))).Replace('\\', '/');
                named.Add(Directory.Exists(Manifests.PathOf(path)) ? path + "/kustomization.yaml" : path);
            }
        }

        string[] applied = ["cpu/kustomization.yaml", "gpu/kustomization.yaml", "kserve/kustomization.yaml"];
        Assert.Equal(Manifests.Files, named.Union(applied).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Pods))]
    public void Pod_HasProbesBoundsAndNoRights(string pod) => Assert.Empty(PodPolicy.Faults(ServingPod.Read(pod)));

    [Theory]
    [MemberData(nameof(Pods))]
    public void Probes_AskRoutesThatThereAre_AtPortsThatThereAre(string pod)
    {
        using var api = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "openapi.json")));
        var container = ServingPod.Read(pod).Container;
        var probes = new[] { container.StartupProbe, container.LivenessProbe, container.ReadinessProbe }.OfType<V1Probe>().Select(probe => probe.HttpGet).ToArray();

        Assert.InRange(probes.Length, 2, 3);
        // A flood of connections leaves none for probes where callers come in. Knative has one port alone.
        Assert.All(probes, probe => Assert.Equal(pod == "kserve" ? "8080" : "admin", probe.Port.Value));
        // Of all that can be asked, this tells that nothing but a restart helps.
        Assert.Equal("/health/live", container.LivenessProbe.HttpGet.Path);
        Assert.All(probes, probe => Assert.True(api.RootElement.GetProperty("paths").GetProperty(probe.Path).TryGetProperty("get", out _)));
        Assert.All(probes, probe => Assert.Contains(container.Ports, port => probe.Port.Value == port.Name || probe.Port.Value == port.ContainerPort.ToString(CultureInfo.InvariantCulture)));
    }

    [Theory]
    [MemberData(nameof(Pods))]
    public void Ports_AreThoseOfTheImage_AndTheAddressThatIsConfigured(string name)
    {
        var pod = ServingPod.Read(name);
        var exposed = File.ReadLines(Path.Combine(Repository.Root, "docker", name == "gpu" ? "Dockerfile.cuda" : "Dockerfile")).Single(line => line.StartsWith("EXPOSE ", StringComparison.Ordinal)).Split(' ')[1..];
        var admin = pod.Setting("Admin:Url")!.Split(':')[^1];
        var ports = pod.Container.Ports.Select(port => port.ContainerPort.ToString(CultureInfo.InvariantCulture)).ToArray();

        // Knative takes one port alone.
        Assert.Equal(name == "kserve" ? exposed[..1] : [.. exposed, admin], ports);
        Assert.DoesNotContain(admin, exposed);
    }

    [Theory]
    [MemberData(nameof(Pods))]
    public void Settings_AreOptionsOfTheService(string name)
    {
        var container = ServingPod.Read(name).Container;
        var settings = container.Env.Select(variable => variable.Name.Replace("__", ":", StringComparison.Ordinal))
            .Concat((container.Args ?? []).Select(argument => argument.TrimStart('-').Split('=')[0])).ToArray();

        Assert.NotEmpty(settings);
        Assert.All(settings, setting => Assert.Contains(setting, DocumentedOptions.Names));
    }

    [Theory]
    [InlineData("cpu", "latest", null)]
    [InlineData("gpu", "cuda", "Cuda")]
    public void Overlay_HasTheImageOfTheComposeFile_AndItsProvider(string name, string tag, string? provider)
    {
        var pod = ServingPod.Read(name);

        Assert.Equal(Yaml.Read("docker-compose.yml")["services"][name]["image"].ToString(), pod.Container.Image);
        Assert.EndsWith(":" + tag, pod.Container.Image, StringComparison.Ordinal);
        Assert.Equal(provider, pod.Setting("Execution:Provider"));
        Assert.Equal(name == "gpu" ? "1" : null, pod.Container.Resources.Limits.TryGetValue("nvidia.com/gpu", out var gpus) ? gpus.ToString() : null);
    }

    [Fact]
    public void Selectors_FindThePods()
    {
        var labels = Deployment.Spec.Template.Metadata.Labels;

        AssertFinds(Deployment.Spec.Selector.MatchLabels, labels);
        Assert.All(Deployment.Spec.Template.Spec.TopologySpreadConstraints, spread => AssertFinds(spread.LabelSelector.MatchLabels, labels));
        Assert.All(Manifests.All<V1Service>(), service => AssertFinds(service.Spec.Selector, labels));
        Assert.All(Manifests.All<V1NetworkPolicy>(), policy => AssertFinds(policy.Spec.PodSelector.MatchLabels, labels));
        Assert.All(Manifests.All<V1PodDisruptionBudget>(), budget => AssertFinds(budget.Spec.Selector.MatchLabels, labels));
        Assert.Equal(Deployment.Spec.Template.Spec.ServiceAccountName, Assert.Single(Manifests.All<V1ServiceAccount>()).Metadata.Name);
        Assert.False(Manifests.All<V1ServiceAccount>().Single().AutomountServiceAccountToken);
    }

    [Fact]
    public void Ports_ByName_AreThoseOfTheContainer()
    {
        var ports = Deployment.Spec.Template.Spec.Containers.Single().Ports.Select(port => port.Name).ToArray();

        Assert.All(Manifests.All<V1Service>().SelectMany(service => service.Spec.Ports), port => Assert.Contains(port.TargetPort.Value, ports));
        Assert.All(Manifests.All<V1NetworkPolicy>().SelectMany(policy => policy.Spec.Ingress).SelectMany(rule => rule.Ports), port => Assert.Contains(port.Port.Value, ports));
    }

    /// <summary>Callers must not reach where it is administered.</summary>
    [Fact]
    public void Administration_IsInNoServiceOfCallers_AndPrometheusAlone()
    {
        Assert.All(Manifests.All<V1Service>().Where(service => service.Spec.ClusterIP != "None"), service => Assert.DoesNotContain(service.Spec.Ports, port => port.TargetPort.Value == "admin"));
        var policy = Assert.Single(Manifests.All<V1NetworkPolicy>());
        Assert.Equal(["Ingress", "Egress"], policy.Spec.PolicyTypes);
        var rule = Assert.Single(policy.Spec.Ingress, rule => rule.Ports.Any(port => port.Port.Value == "admin"));
        Assert.Equal("monitoring", Assert.Single(rule.FromProperty).NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"]);
        Assert.Single(rule.Ports);
    }

    [Fact]
    public void Rollout_OnTheCpu_TakesNoPodBeforeAnotherIsReady() =>
        Assert.Equal(("0", "1"), (Deployment.Spec.Strategy.RollingUpdate.MaxUnavailable.Value, Deployment.Spec.Strategy.RollingUpdate.MaxSurge.Value));

    [Fact]
    public void InferenceService_AsksARuntimeThatThereIs_ForAModelThatThereIs()
    {
        var runtime = Assert.Single(Manifests.All<ServingRuntime>());
        var service = Assert.Single(Manifests.All<InferenceService>());
        var model = service.Spec.Predictor.Model;

        Assert.Equal(runtime.Metadata!.Name, model.Runtime);
        Assert.Contains(runtime.Spec.SupportedModelFormats, format => format.Name == model.ModelFormat.Name);
        Assert.Contains(model.ProtocolVersion, runtime.Spec.ProtocolVersions);
        Assert.True(Directory.Exists(Path.Combine(Repository.Root, "models", service.Metadata!.Name)));
        Assert.InRange(service.Spec.Predictor.Timeout, TimeSpan.Parse(DocumentedOptions.DefaultOf("Requests:MaxDeadline"), null).TotalSeconds, int.MaxValue);
        Assert.Contains("--Models:Default={{.Name}}", runtime.Spec.Containers.Single().Args);
    }

    /// <summary>Knative waits for the end of a container as long as a request may take.</summary>
    [Fact]
    public void InferenceService_IsWaitedFor_UntilItHasAnsweredWhatItHolds() =>
        Assert.InRange(PodPolicy.LongestEnd(ServingPod.Read("kserve")).TotalSeconds, 0, Manifests.All<InferenceService>().Single().Spec.Predictor.Timeout);

    /// <summary>In one namespace: KServe gives the labels of an InferenceService to its pods.</summary>
    [Fact]
    public void Selectors_FindNoPodOfKServe()
    {
        var labels = Manifests.All<InferenceService>().Single().Metadata!.Labels;
        var selectors = Manifests.All<V1Service>().Select(service => service.Spec.Selector)
            .Concat(Manifests.All<V1NetworkPolicy>().Select(policy => policy.Spec.PodSelector.MatchLabels))
            .Concat(Manifests.All<V1PodDisruptionBudget>().Select(budget => budget.Spec.Selector.MatchLabels))
            .Append(Deployment.Spec.Selector.MatchLabels);

        Assert.All(selectors, selector => Assert.Contains(selector, label => !labels.Contains(label)));
    }

    /// <summary>Its own container of the pod, which has the pod's ports with ours, listens at these; a container that wants one of them too does not start.</summary>
    [Fact]
    public void PortsOfKServe_AreNotKnatives()
    {
        string[] reserved = ["8008", "8012", "8013", "8022", "8112", "9090", "9091"];
        var runtime = Manifests.All<ServingRuntime>().Single().Spec;
        var admin = ServingPod.Read("kserve").Setting("Admin:Url")!.Split(':')[^1];

        Assert.DoesNotContain(admin, reserved);
        Assert.Equal(admin, runtime.Annotations["prometheus.kserve.io/port"]);
        Assert.DoesNotContain(runtime.Containers.Single().Ports, port => reserved.Contains(port.ContainerPort.ToString(CultureInfo.InvariantCulture)));
    }

    private static void AssertFinds(IDictionary<string, string> selector, IDictionary<string, string> labels)
    {
        Assert.NotEmpty(selector);
        Assert.All(selector, label => Assert.Equal(label.Value, labels[label.Key]));
    }
}
