using k8s.Models;

namespace ResNetService.EndToEnd.Tests.Release.Kubernetes;

/// <summary>A pod that serves: its one container, and what holds for the whole pod.</summary>
/// <param name="Pod">Null where something else makes the pod of the container, as KServe does.</param>
internal sealed record ServingPod(string Name, V1Container Container, V1PodSpec? Pod, IList<V1Volume> Volumes)
{
    public static string[] Names { get; } = ["cpu", "gpu", "kserve"];

    public static ServingPod Read(string name)
    {
        if (name == "kserve")
        {
            var runtime = Manifests.Read<ServingRuntime>("kserve/servingruntime.yaml").Spec;
            return new(name, Assert.Single(runtime.Containers), null, runtime.Volumes);
        }

        var pod = Manifests.Read<V1Deployment>("base/deployment.yaml").Spec.Template.Spec;
        var container = Assert.Single(pod.Containers);
        var patch = Assert.Single(Manifests.Read<V1Deployment>($"{name}/deployment.yaml").Spec.Template.Spec.Containers);
        var image = Assert.Single(Manifests.Read<Kustomization>($"{name}/kustomization.yaml").Images);
        // What an overlay changes of a container, as kustomize does: by name, a variable by its own.
        Assert.Equal(container.Name, patch.Name);
        Assert.Equal(container.Image, image.Name);
        container.Image = $"{image.NewName}:{image.NewTag}";
        container.Resources = patch.Resources;
        container.Env = [.. (patch.Env ?? []).UnionBy(container.Env, variable => variable.Name)];
        return new(name, container, pod, pod.Volumes);
    }

    public string? Setting(string name) => Container.Env.FirstOrDefault(variable => variable.Name == name.Replace(":", "__", StringComparison.Ordinal))?.Value;

    public static ServingPod Of(string name, V1Deployment rendered) =>
        new(name, Assert.Single(rendered.Spec.Template.Spec.Containers), rendered.Spec.Template.Spec, rendered.Spec.Template.Spec.Volumes);
}
