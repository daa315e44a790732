using ResNetService.Modeling.Architectures;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Architectures;

public sealed class ShortcutTests
{
    [Fact]
    public void OptionA_ChangedShape_SubsamplesAndPadsHalfBeforeAndHalfAfter()
    {
        using var scope = NewDisposeScope();
        var x = arange(16, ScalarType.Float32).view(1, 1, 4, 4) + 1;

        var y = Run(ShortcutOption.A, x, outChannels: 3, stride: 2);

        Assert.Equal([1L, 3, 2, 2], y.shape);
        Assert.Equal([0, 0, 0, 0, 1, 3, 9, 11, 0, 0, 0, 0], y.data<float>().ToArray());
    }

    [Theory]
    [InlineData(ShortcutOptionName.A)]
    [InlineData(ShortcutOptionName.B)]
    public void OptionsAAndB_SameShape_AreTheIdentity(ShortcutOptionName option)
    {
        using var scope = NewDisposeScope();
        var x = randn(2, 4, 6, 6);

        Assert.True(Run((ShortcutOption)option, x, outChannels: 4, stride: 1).equal(x).all().item<bool>());
    }

    [Theory]
    [InlineData(ShortcutOptionName.A, 4, 1, 0)]
    [InlineData(ShortcutOptionName.A, 8, 2, 0)]
    [InlineData(ShortcutOptionName.B, 4, 1, 0)]
    [InlineData(ShortcutOptionName.B, 8, 2, 3)]
    [InlineData(ShortcutOptionName.C, 4, 1, 3)]
    [InlineData(ShortcutOptionName.C, 8, 2, 3)]
    public void Create_EachOption_HasParametersOnlyWhereItProjects(ShortcutOptionName option, int outChannels, int stride, int parameters)
    {
        using var shortcut = Shortcut.Create((ShortcutOption)option, new LayerFactory(CPU), 4, outChannels, stride);

        Assert.Equal(parameters, shortcut.parameters().Count());
    }

    /// <summary>The option's name where a public signature needs it.</summary>
    public enum ShortcutOptionName
    {
        A = (int)ShortcutOption.A,
        B = (int)ShortcutOption.B,
        C = (int)ShortcutOption.C,
    }

    private static Tensor Run(ShortcutOption option, Tensor x, int outChannels, int stride)
    {
        using var shortcut = Shortcut.Create(option, new LayerFactory(CPU), (int)x.shape[1], outChannels, stride);
        return ((TensorSignal)shortcut.forward(new TensorSignal(x))).Tensor;
    }
}
