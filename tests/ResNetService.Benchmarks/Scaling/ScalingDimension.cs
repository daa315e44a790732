namespace ResNetService.Benchmarks.Scaling;

/// <summary>Something that cost grows with.</summary>
/// <param name="Name">On the command line, in the table and in the plot's file name.</param>
/// <param name="Axis">As the plot names it.</param>
/// <param name="MeasureAsync">Varies it, and measures at each value.</param>
internal sealed record ScalingDimension(string Name, string Axis, Func<ScalingContext, CancellationToken, IAsyncEnumerable<ScalingPoint>> MeasureAsync)
{
    public static IReadOnlyList<ScalingDimension> All { get; } =
    [
        new("image-size", "side of the image, pixels", ImageSize.MeasureAsync),
        new("depth", "multiply-adds of an image, 10^9", Depth.MeasureAsync),
        new("batch", "images in a run", Batch.MeasureAsync),
        new("concurrency", "connections", Concurrency.MeasureAsync),
        new("models", "models that are asked in turn", ModelCount.MeasureAsync),
        new("cores", "cores", Cores.MeasureAsync),
    ];
}
