using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;

namespace ResNetService.Modeling.Experiments;

internal static class ExperimentNetworks
{
    /// <summary>Those that the options name, or else those that the experiment has.</summary>
    /// <exception cref="ExperimentException">A name is unknown, or the network is not for images of CIFAR's size: all such names at once.</exception>
    public static IReadOnlyList<Architecture> Of(ExperimentOptions options, params IReadOnlyList<string> usual)
    {
        var names = options.Networks.Count > 0 ? options.Networks.Distinct().ToArray() : usual;
        var faults = names.Where(name => !Cifar.Any(network => network.Name == name)).ToArray();
        return faults.Length == 0
            ? [.. names.Select(Architecture.Find)]
            : throw new ExperimentException($"--network names {string.Join(", ", faults.Select(name => $"'{name}'"))}; an experiment takes a network for images of {Size}x{Size} pixels: {string.Join(", ", Cifar.Select(network => network.Name))}");
    }

    private static int Size => PreprocessingSpec.Cifar.InputSize;

    private static IEnumerable<Architecture> Cifar => Architecture.All.Where(network => network.Preprocessing.InputSize == Size);
}
