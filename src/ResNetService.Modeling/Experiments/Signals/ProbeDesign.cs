using ResNetService.Modeling.Architectures;

namespace ResNetService.Modeling.Experiments.Signals;

internal enum Nonlinearity
{
    Sigmoid,
    Tanh,
    ReLU,
}

/// <summary>What a layer of a <see cref="ProbeNet"/> does beside its convolution.</summary>
internal enum Way
{
    /// <summary>y = f(W x).</summary>
    Plain,

    /// <summary>y = f(x + W2 f(W1 x)): the paper's block of two layers (figure 2).</summary>
    Residual,

    /// <summary>y = f(W x) T(x) + x (1 - T(x)), with T a convolution and sigmoid whose bias starts at -2 ("Highway Networks", equation 3).</summary>
    Highway,
}

/// <summary>One of the networks that the signal experiment compares.</summary>
/// <param name="Depth">Convolutions after the first, one after another; even, since a residual block has two.</param>
/// <param name="BatchNorm">Whether one follows each convolution but a highway's gate.</param>
internal sealed record ProbeDesign(int Depth, Nonlinearity Nonlinearity, InitializationKind Initialization, bool BatchNorm, Way Way)
{
    /// <summary>Without and with.</summary>
    public static IReadOnlyList<bool> BatchNorms { get; } = [false, true];

    /// <summary>Every combination at the depths.</summary>
    public static IEnumerable<ProbeDesign> All(IReadOnlyList<int> depths) =>
        from depth in depths
        from nonlinearity in Enum.GetValues<Nonlinearity>()
        from initialization in Enum.GetValues<InitializationKind>()
        from batchNorm in BatchNorms
        from way in Enum.GetValues<Way>()
        select new ProbeDesign(depth, nonlinearity, initialization, batchNorm, way);

    public override string ToString() =>
        FormattableString.Invariant($"{Depth} layers, {Nonlinearity.ToString().ToLowerInvariant()}, {Initialization}, {(BatchNorm ? "BatchNorm" : "no BatchNorm")}, {Way.ToString().ToLowerInvariant()}");
}
