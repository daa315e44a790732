namespace ResNetService.Modeling.Experiments.Signals;

/// <summary>The signal behind one layer of a network.</summary>
/// <param name="Layer">From 1, counted in layers; a residual block counts two.</param>
/// <param name="Activation">Standard deviation of what the layer gives to the next, over images, channels and pixels.</param>
/// <param name="Gradient">Standard deviation of the loss's derivative by that.</param>
/// <param name="Flat">Fraction of the layer's nonlinearities whose slope is below a hundredth of its greatest: those that learn nothing.</param>
internal sealed record LayerScale(int Layer, double Activation, double Gradient, double Flat);

/// <summary>All that is measured of one network.</summary>
/// <param name="AtFirst">With the first weights.</param>
/// <param name="Trained">After the steps; empty where training diverged.</param>
/// <param name="FirstLoss">Of the measured batch, with the first weights.</param>
/// <param name="LastLoss">Of the same batch after the steps.</param>
internal sealed record ProbeResult(ProbeDesign Design, IReadOnlyList<LayerScale> AtFirst, IReadOnlyList<LayerScale> Trained, double FirstLoss, double LastLoss)
{
    public bool Diverged => Trained.Count == 0;
}

internal enum Flow
{
    Carried,
    Vanishing,
    Exploding,
}

/// <summary>How a gradient comes through a network.</summary>
internal static class GradientFlow
{
    /// <summary>By so much the gradient may shrink or grow between the last layer and the first and still count as carried.</summary>
    public const double Limit = 1000;

    /// <summary>The gradient behind the first layer over that behind the last.</summary>
    public static double Ratio(IReadOnlyList<LayerScale> layers) => layers[0].Gradient / layers[^1].Gradient;

    /// <summary>No number, as after an overflow, counts as exploding, and a gradient of zero as vanishing.</summary>
    public static Flow Of(IReadOnlyList<LayerScale> layers)
    {
        if (layers[0].Gradient == 0)
            return Flow.Vanishing;
        var ratio = Ratio(layers);
        return ratio < 1 / Limit ? Flow.Vanishing : ratio <= Limit ? Flow.Carried : Flow.Exploding;
    }
}
