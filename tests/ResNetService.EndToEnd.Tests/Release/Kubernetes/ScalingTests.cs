using System.Text.RegularExpressions;
using k8s.Models;
using YamlDotNet.RepresentationModel;

namespace ResNetService.EndToEnd.Tests.Release.Kubernetes;

/// <summary>What the autoscaler asks for is what the adapter makes of what the service measures.</summary>
public sealed partial class ScalingTests
{
    private static readonly V2HorizontalPodAutoscaler Autoscaler = Manifests.Read<V2HorizontalPodAutoscaler>("scaling/horizontalpodautoscaler.yaml");

    private static readonly YamlMappingNode Rule = (YamlMappingNode)((YamlSequenceNode)Yaml.Read("docker/kubernetes/scaling/prometheus-adapter.yaml")["rules"]["custom"]).Single();

    [Fact]
    public void Metric_OfTheAutoscaler_IsTheAdapters_OfMetricsOfTheService()
    {
        var measured = File.ReadAllText(Path.Combine(Repository.Root, "docs", "observability.md"));
        var asked = Metric().Matches(Rule["seriesQuery"] + " " + Rule["metricsQuery"]).Select(match => match.Value).Distinct().ToArray();

        Assert.Equal(Rule["name"]["as"].ToString(), Assert.Single(Autoscaler.Spec.Metrics).Pods.Metric.Name);
        Assert.Equal(["resnet_queue_used"], asked);
        Assert.All(asked, metric => Assert.Contains($"| `{metric}` |", measured, StringComparison.Ordinal));
        // The adapter knows a metric by its series, and gives it a name by this.
        Assert.Matches(Rule["name"]["matches"].ToString(), "resnet_queue_used");
    }

    [Fact]
    public async Task Query_OfTheAdapter_GivesForEachPodItsFullestQueue()
    {
        var (missing, _, _) = await ShellCommand.RunToEndAsync("promtool --version", new Dictionary<string, string>(), TestContext.Current.CancellationToken);
        Assert.SkipWhen(missing != 0, "needs promtool");
        var query = Rule["metricsQuery"].ToString().Replace("<<.GroupBy>>", "namespace,pod", StringComparison.Ordinal)
            .Replace("<<.LabelMatchers>>", "namespace=\"n\",pod=~\"a|b\"", StringComparison.Ordinal);
        var folder = Directory.CreateTempSubdirectory("resnet-adapter-");
        try
        {
            var file = Path.Combine(folder.FullName, "test.yml");
            await File.WriteAllTextAsync(
                file,
                $$"""
                tests:
                  - interval: 5s
                    input_series:
                      - { series: 'resnet_queue_used{namespace="n",pod="a",model="r"}', values: '0.1' }
                      - { series: 'resnet_queue_used{namespace="n",pod="a",model="s"}', values: '0.5' }
                      - { series: 'resnet_queue_used{namespace="n",pod="b",model="r"}', values: '0' }
                      - { series: 'resnet_queue_used{namespace="other",pod="a",model="r"}', values: '1' }
                    promql_expr_test:
                      - expr: '{{query}}'
                        eval_time: 0s
                        exp_samples:
                          - { labels: '{namespace="n",pod="a"}', value: 0.5 }
                          - { labels: '{namespace="n",pod="b"}', value: 0 }
                """,
                TestContext.Current.CancellationToken);
            await ShellCommand.RunAsync($"promtool test rules '{file}'", TestContext.Current.CancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A queue cannot be fuller than full, and an autoscaler that waits for that is too late.</summary>
    [Fact]
    public void Autoscaler_ScalesTheDeployment_LongBeforeItRefuses()
    {
        var target = Assert.Single(Autoscaler.Spec.Metrics).Pods.Target;

        Assert.Equal("AverageValue", target.Type);
        Assert.InRange(target.AverageValue.ToDecimal(), 0.05m, 0.5m);
        Assert.InRange(Autoscaler.Spec.MinReplicas ?? 1, 2, Autoscaler.Spec.MaxReplicas);
        var deployment = Manifests.Read<V1Deployment>("base/deployment.yaml");
        Assert.Equal((deployment.ApiVersion, deployment.Kind, deployment.Metadata.Name), (Autoscaler.Spec.ScaleTargetRef.ApiVersion, Autoscaler.Spec.ScaleTargetRef.Kind, Autoscaler.Spec.ScaleTargetRef.Name));
    }

    [GeneratedRegex(@"resnet_\w+")]
    private static partial Regex Metric();
}
