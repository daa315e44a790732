using ResNetService.Modeling.Architectures;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Training;

/// <summary>Finds where numbers ceased to be finite.</summary>
internal static class Divergence
{
    /// <summary>Runs the network again on the images of the step that failed.</summary>
    /// <returns>For the message: the first layer in forward order whose output is not finite.</returns>
    public static string Locate(Network network, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var names = network.named_modules().ToDictionary(m => m.module, m => m.name);
        var (last, found) = ("the image", (string?)null);
        network.ForwardForTraining(new ObservedSignal(new TensorSignal(images), (layer, _, output) =>
        {
            last = layer is null ? last : names[layer];
            if (found is null && !IsFinite(output))
                found = layer is null ? $"an operation after {last}" : Describe(layer, last);
        }));
        return found is null ? "every layer's output is finite" : $"the first output that is not finite is that of {found}";
    }

    /// <summary>The first tensor of the state that holds a NaN or an infinity, in the network's order; null where all are finite.</summary>
    public static string? FirstNotFinite(IEnumerable<(string Key, Tensor Value)> state)
    {
        using var _ = no_grad();
        return state.Where(tensor => is_floating_point(tensor.Value) && !IsFinite(tensor.Value)).Select(tensor => tensor.Key).FirstOrDefault();
    }

    private static string Describe(nn.Module layer, string name) =>
        FirstNotFinite(layer.named_parameters(recurse: false).Select(p => (p.name, (Tensor)p.parameter))) is { } parameter
            ? $"{name}, whose {parameter} is not finite since the step before"
            : name;

    private static bool IsFinite(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.isfinite().all().item<bool>();
    }
}
