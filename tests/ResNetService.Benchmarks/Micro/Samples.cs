using ResNetService.ModelFormat;

namespace ResNetService.Benchmarks.Micro;

/// <summary>What the microbenchmarks work on: photographs of the checkout, and ImageNet's preprocessing.</summary>
internal static class Samples
{
    public static PreprocessingSpec Spec { get; } = new() { Resize = 256, InputSize = 224 };

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Checkout.Root, "samples", name));
}
