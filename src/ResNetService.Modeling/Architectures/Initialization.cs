using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Architectures;

/// <summary>Ways to give a new network its first weights.</summary>
internal static class Initialization
{
    /// <summary>
    /// Weights from N(0, 2 / fan_in), biases 0, BatchNorm 1 and 0: He et al., "Delving Deep into Rectifiers",
    /// equation 10, as section 3.4 of the ResNet paper asks. Draws from TorchSharp's global generator.
    /// </summary>
    public static void He(Network network)
    {
        using var _ = no_grad();
        foreach (var module in network.modules())
        {
            switch (module)
            {
                case Conv2d conv:
                    init.kaiming_normal_(conv.weight!);
                    break;
                case Linear linear:
                    init.kaiming_normal_(linear.weight!);
                    init.zeros_(linear.bias!);
                    break;
                case BatchNorm2d norm:
                    norm.reset_parameters();
                    norm.reset_running_stats();
                    break;
            }
        }
    }
}
