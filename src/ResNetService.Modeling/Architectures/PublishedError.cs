namespace ResNetService.Modeling.Architectures;

/// <summary>What the authors report of a network: of ImageNet's validation images or CIFAR-10's test images.</summary>
/// <param name="Top1">Images whose class was not the best, in per cent; null where only the other figure is published.</param>
/// <param name="Top5">Images whose class was not among the best five, in per cent; null where it is not published.</param>
/// <param name="Source">The table, the views that were averaged, and in what the network differed, if it did.</param>
internal sealed record PublishedError(double? Top1, double? Top5, string Source);
