using k8s.Models;

namespace ResNetService.EndToEnd.Tests.Release.Kubernetes;

/// <summary>What Prometheus's operator is given is what Prometheus has in the compose file.</summary>
public sealed class MonitoringTests
{
    private const string RuleFile = "docker/kubernetes/monitoring/prometheusrule.yaml";

    private const string Head =
        """
        # Written by MonitoringTests, of docker/prometheus/rules.yml and alerts.yml: whoever changes those runs it with RESNET_ACCEPT=1.
        apiVersion: monitoring.coreos.com/v1
        kind: PrometheusRule
        metadata:
          name: resnet-service
          labels: { app.kubernetes.io/name: resnet-service }
        spec:
          groups:

        """;

    private static readonly string Configuration = Path.Combine(Repository.Root, "docker", "prometheus");

    private static readonly ServiceMonitorSpec Monitor = Assert.Single(Manifests.All<ServiceMonitor>()).Spec;

    [Fact]
    public void Rules_AreThoseOfPrometheus()
    {
        Approval.Check(RuleFile, Head + Groups("rules.yml") + Groups("alerts.yml"));

        Assert.Equal(["resnet", "resnet-alerts"], Assert.Single(Manifests.All<PrometheusRule>()).Spec.Groups.Select(group => group.Name));
    }

    [Fact]
    public void Monitor_FindsTheServiceThatHasItsPort()
    {
        var endpoint = Assert.Single(Monitor.Endpoints);
        var found = Assert.Single(Manifests.All<V1Service>(), service => Monitor.Selector.MatchLabels.All(label => service.Metadata.Labels.TryGetValue(label.Key, out var value) && value == label.Value));

        Assert.Equal("/metrics", endpoint.Path);
        Assert.Contains(found.Spec.Ports, port => port.Name == endpoint.Port);
    }

    /// <summary>By which alerts, rules and dashboard choose.</summary>
    [Fact]
    public void Job_IsCalledAsInPrometheusOwnFile()
    {
        var relabeling = Assert.Single(Assert.Single(Monitor.Endpoints).Relabelings);

        Assert.Equal(("job", Yaml.Read("docker/prometheus/prometheus.yml")["scrape_configs"][0]["job_name"].ToString()), (relabeling.TargetLabel, relabeling.Replacement));
        Assert.Contains($"job=\"{relabeling.Replacement}\"", File.ReadAllText(Path.Combine(Configuration, "alerts.yml")), StringComparison.Ordinal);
    }

    /// <summary>Where a query finds the Prometheus that scrapes, and from where the pods let themselves be scraped.</summary>
    [Fact]
    public void Prometheus_IsInTheNamespaceThatMayScrape()
    {
        var url = new Uri(Yaml.Read("docker/kubernetes/scaling/prometheus-adapter.yaml")["prometheus"]["url"].ToString());
        var scrapes = Assert.Single(Manifests.All<V1NetworkPolicy>().Single().Spec.Ingress, rule => rule.Ports.Any(port => port.Port.Value == "admin"));
        var (service, space) = (url.Host.Split('.')[0], url.Host.Split('.')[1]);

        Assert.Equal("prometheus-operated", service);
        Assert.Equal(Assert.Single(scrapes.FromProperty).NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"], space);
        Assert.All(
            File.ReadLines(Manifests.PathOf("README.md")).Where(line => line.TrimStart().StartsWith("helm ", StringComparison.Ordinal)),
            command => Assert.Contains($" --namespace {space} ", command, StringComparison.Ordinal));
    }

    /// <summary>Two deeper than in their own file.</summary>
    private static string Groups(string file) =>
        string.Concat(File.ReadLines(Path.Combine(Configuration, file)).SkipWhile(line => line != "groups:").Skip(1).Select(line => line.Length == 0 ? "\n" : $"  {line}\n"));
}
