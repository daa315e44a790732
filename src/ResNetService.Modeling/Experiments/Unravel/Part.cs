using ResNetService.Modeling.Architectures;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Experiments.Unravel;

/// <summary>What can be deleted from a network so that the rest still runs.</summary>
/// <param name="Name">In the state dict.</param>
/// <param name="ChangesShape">Whether what stays of it, the shortcut, still subsamples or widens.</param>
internal sealed record Part(string Name, Module Module, bool ChangesShape)
{
    /// <summary>
    /// The blocks of a residual network. Of a plain one, which has no way around a block, the convolutions that keep the shape: without one
    /// of them it still fits together.
    /// </summary>
    /// <exception cref="ExperimentException">The network is built of neither.</exception>
    public static IReadOnlyList<Part> Of(Network network)
    {
        var blocks = network.named_modules().Where(m => m.module is Block).Select(m => (m.name, Block: (Block)m.module)).ToArray();
        Part[] parts = blocks.Any(b => b.Block.Shortcut is NoShortcut)
            ? [.. from block in blocks from part in block.Block.named_modules() where part.module is Conv2d convolution && KeepsShape(convolution) select new Part($"{block.name}.{part.name}", part.module, ChangesShape: false)]
            : [.. blocks.Select(b => new Part(b.name, b.Block, b.Block.Shortcut is not IdentityShortcut))];
        return parts.Length > 0 ? parts : throw new ExperimentException($"{network.GetName()} has no blocks of which one could be deleted");
    }

    private static bool KeepsShape(Conv2d convolution) => convolution.in_channels == convolution.out_channels && convolution.stride is [1, 1];
}
