using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Architectures;

/// <summary>A module that wants some of its values to start otherwise than all others.</summary>
internal interface IInitialized
{
    void Initialize();
}

internal enum InitializationKind
{
    /// <summary>
    /// N(0, 2 / fan_in): He et al., "Delving Deep into Rectifiers", equation 10, as section 3.4 of the ResNet paper asks. It keeps the
    /// scale of signals from layer to layer where ReLU cuts away half of them.
    /// </summary>
    He,

    /// <summary>N(0, 2 / (fan_in + fan_out)): Glorot and Bengio, "Understanding the Difficulty of Training Deep Feedforward Neural Networks", equation 12.</summary>
    Glorot,
}

/// <summary>Gives a new network its first weights.</summary>
internal static class Initialization
{
    /// <summary>Weights as the kind says; biases 0, BatchNorm 1 and 0, PReLU's slopes 0.25. Draws from TorchSharp's global generator.</summary>
    /// <param name="zeroGamma">
    /// Whether the last BatchNorm of each residual block starts with gamma 0, so that the block starts as its shortcut ("Accurate, Large
    /// Minibatch SGD", section 5.1). Without an effect on networks that have no such BatchNorm.
    /// </param>
    public static void Apply(Network network, InitializationKind kind = InitializationKind.He, bool zeroGamma = false)
    {
        using var _ = no_grad();
        foreach (var module in network.modules())
        {
            switch (module)
            {
                case Conv2d conv:
                    Fill(conv.weight!, conv.bias, kind);
                    break;
                case Linear linear:
                    Fill(linear.weight!, linear.bias, kind);
                    break;
                case BatchNorm2d norm:
                    norm.reset_parameters();
                    norm.reset_running_stats();
                    break;
                case PReLU prelu:
                    init.constant_(prelu.weight!, 0.25);
                    break;
            }
        }

        foreach (var module in network.modules().OfType<IInitialized>())
            module.Initialize();
        if (zeroGamma)
        {
            foreach (var norm in LastNorms(network))
                init.zeros_(norm.weight!);
        }
    }

    /// <summary>Whether zero-gamma has an effect on the network.</summary>
    public static bool HasZeroGamma(Architecture architecture)
    {
        using var network = architecture.Outline();
        return LastNorms(network).Any();
    }

    private static IEnumerable<BatchNorm2d> LastNorms(Network network) => network.modules().OfType<Block>().Select(block => block.LastNorm).OfType<BatchNorm2d>();

    private static void Fill(Tensor weight, Tensor? bias, InitializationKind kind)
    {
        // TorchSharp's xavier_normal_ draws from a uniform distribution.
        var (fanIn, fanOut) = (weight.numel() / weight.shape[0], weight.numel() / weight.shape[1]);
        init.normal_(weight, 0, Math.Sqrt(2.0 / (kind == InitializationKind.He ? fanIn : fanIn + fanOut)));
        if (bias is not null)
            init.zeros_(bias);
    }
}
