using k8s;

namespace ResNetService.EndToEnd.Tests.Release.Kubernetes;

/// <summary>The files of docker/kubernetes, read strictly: a field that its kind does not have, or a second one of the same name, is an error.</summary>
internal static class Manifests
{
    private const string Folder = "docker/kubernetes";

    private static readonly Dictionary<string, Type> CustomKinds = new()
    {
        ["kustomize.config.k8s.io/v1beta1/Kustomization"] = typeof(Kustomization),
        ["kustomize.config.k8s.io/v1alpha1/Component"] = typeof(Kustomization),
        ["monitoring.coreos.com/v1/ServiceMonitor"] = typeof(ServiceMonitor),
        ["monitoring.coreos.com/v1/PrometheusRule"] = typeof(PrometheusRule),
        ["serving.kserve.io/v1alpha1/ServingRuntime"] = typeof(ServingRuntime),
        ["serving.kserve.io/v1beta1/InferenceService"] = typeof(InferenceService),
    };

    /// <summary>Below <c>docker/kubernetes</c>; all but the values of the adapter's chart, which are no manifest.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        .. Directory.EnumerateFiles(PathOf(""), "*.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(PathOf(""), file).Replace('\\', '/'))
            .Where(file => file != "scaling/prometheus-adapter.yaml").Order(StringComparer.Ordinal),
    ];

    public static string PathOf(string file) => Path.Combine(Repository.Root, Folder, file);

    public static IReadOnlyList<object> Read(string file) => Parse(File.ReadAllText(PathOf(file)));

    public static IReadOnlyList<object> Parse(string yaml) => [.. KubernetesYaml.LoadAllFromString(yaml, CustomKinds, strict: true)];

    public static T Read<T>(string file) => Assert.Single(Read(file).OfType<T>());

    /// <summary>Every manifest of a kind, whatever folder it is in; patches are not among them.</summary>
    public static IEnumerable<T> All<T>() => Files.Where(file => file is not ("cpu/deployment.yaml" or "gpu/deployment.yaml")).SelectMany(Read).OfType<T>();
}
