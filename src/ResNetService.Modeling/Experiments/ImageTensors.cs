using ResNetService.ModelFormat;
using ResNetService.Modeling.Training;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Experiments;

internal static class ImageTensors
{
    /// <summary>Images as they are, normalised.</summary>
    /// <param name="batches">Indices of the images.</param>
    /// <returns>Of each batch float32 [n, 3, 32, 32] and int64 [n], in no dispose scope: the caller's.</returns>
    public static (Tensor Images, Tensor Classes)[] Load(IImageSource images, IEnumerable<int[]> batches)
    {
        var loader = new BatchLoader(images, PreprocessingSpec.Cifar, Environment.ProcessorCount);
        return [.. loader.Load(batches.Select(batch => new ReadOnlyMemory<int>(batch)), _ => Augmentation.None).Select(batch =>
        {
            using var scope = NewDisposeScope();
            var (pixels, classes) = batch.ToTensors(CPU);
            return (pixels.DetachFromDisposeScope(), classes.DetachFromDisposeScope());
        })];
    }
}
