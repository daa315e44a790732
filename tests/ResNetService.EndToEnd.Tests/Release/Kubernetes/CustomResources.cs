using k8s.Models;

namespace ResNetService.EndToEnd.Tests.Release.Kubernetes;

#pragma warning disable CA1812 // Made by the reader of YAML.

// Of kinds that are not Kubernetes' own: the fields that the manifests use. Whoever uses another adds it here, after a look at the kind's definition.

internal abstract class CustomResource
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta? Metadata { get; set; }
}

/// <summary>Kustomize: a Kustomization or a Component.</summary>
internal sealed class Kustomization : CustomResource
{
    public IList<string> Resources { get; set; } = [];

    public IList<string> Components { get; set; } = [];

    public IList<KustomizePatch> Patches { get; set; } = [];

    public IList<KustomizeImage> Images { get; set; } = [];
}

internal sealed class KustomizePatch
{
    public string? Path { get; set; }

    public string? Patch { get; set; }

    public KustomizeTarget? Target { get; set; }
}

internal sealed class KustomizeTarget
{
    public string? Kind { get; set; }

    public string? Name { get; set; }
}

internal sealed class KustomizeImage
{
    public string Name { get; set; } = "";

    public string NewName { get; set; } = "";

    public string NewTag { get; set; } = "";
}

/// <summary>Prometheus's operator.</summary>
internal sealed class ServiceMonitor : CustomResource
{
    public ServiceMonitorSpec Spec { get; set; } = new();
}

internal sealed class ServiceMonitorSpec
{
    public V1LabelSelector Selector { get; set; } = new();

    public IList<ServiceMonitorEndpoint> Endpoints { get; set; } = [];
}

internal sealed class ServiceMonitorEndpoint
{
    public string Port { get; set; } = "";

    public string Path { get; set; } = "";

    public string Interval { get; set; } = "";

    public string ScrapeTimeout { get; set; } = "";

    public IList<Relabeling> Relabelings { get; set; } = [];
}

internal sealed class Relabeling
{
    public string TargetLabel { get; set; } = "";

    public string Replacement { get; set; } = "";
}

internal sealed class PrometheusRule : CustomResource
{
    public PrometheusRuleSpec Spec { get; set; } = new();
}

internal sealed class PrometheusRuleSpec
{
    public IList<RuleGroup> Groups { get; set; } = [];
}

internal sealed class RuleGroup
{
    public string Name { get; set; } = "";

    public IList<Rule> Rules { get; set; } = [];
}

internal sealed class Rule
{
    public string? Record { get; set; }

    public string? Alert { get; set; }

    public string Expr { get; set; } = "";

    public string? For { get; set; }

    public IDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    public IDictionary<string, string> Annotations { get; set; } = new Dictionary<string, string>();
}

/// <summary>KServe: how models are served.</summary>
internal sealed class ServingRuntime : CustomResource
{
    public ServingRuntimeSpec Spec { get; set; } = new();
}

internal sealed class ServingRuntimeSpec
{
    public IDictionary<string, string> Annotations { get; set; } = new Dictionary<string, string>();

    public IList<SupportedModelFormat> SupportedModelFormats { get; set; } = [];

    public IList<string> ProtocolVersions { get; set; } = [];

    public IList<V1Container> Containers { get; set; } = [];

    public IList<V1Volume> Volumes { get; set; } = [];
}

internal sealed class SupportedModelFormat
{
    public string Name { get; set; } = "";

    public string Version { get; set; } = "";

    public bool AutoSelect { get; set; }
}

/// <summary>KServe: a model that is served.</summary>
internal sealed class InferenceService : CustomResource
{
    public InferenceServiceSpec Spec { get; set; } = new();
}

internal sealed class InferenceServiceSpec
{
    public Predictor Predictor { get; set; } = new();
}

internal sealed class Predictor
{
    public int MinReplicas { get; set; }

    public int MaxReplicas { get; set; }

    public string ScaleMetric { get; set; } = "";

    public int ScaleTarget { get; set; }

    /// <summary>Seconds of one request.</summary>
    public int Timeout { get; set; }

    public PredictorModel Model { get; set; } = new();
}

internal sealed class PredictorModel
{
    public ModelFormatName ModelFormat { get; set; } = new();

    public string ProtocolVersion { get; set; } = "";

    public string Runtime { get; set; } = "";

    public string StorageUri { get; set; } = "";
}

internal sealed class ModelFormatName
{
    public string Name { get; set; } = "";
}
