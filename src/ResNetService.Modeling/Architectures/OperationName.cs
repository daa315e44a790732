using TorchSharp.Modules;

namespace ResNetService.Modeling.Architectures;

/// <summary>Operations as the paper's table 1 and figure 3 write them.</summary>
internal static class OperationName
{
    public const string Concat = "concat";

    /// <summary>Kernel and channels of the output; the stride stands elsewhere.</summary>
    public static string Of(Conv2d layer) => $"{layer.kernel_size![0]}x{layer.kernel_size[1]}, {layer.out_channels}";

    public static string Of(Linear layer) => $"{layer.out_features}-d fc";

    public static string Of(string kind, Pooling pooling) =>
        $"{pooling.Kernel}x{pooling.Kernel} {kind}{(pooling.Stride == 1 ? "" : $", stride {pooling.Stride}")}";
}
