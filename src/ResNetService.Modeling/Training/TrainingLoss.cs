using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Torch;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Training;

internal enum ClassWeighting
{
    None,

    /// <summary>Each class weighs the same in the loss, however many images it has.</summary>
    Balanced,
}

/// <summary>The loss that training lowers: cross-entropy, with label smoothing and class weights where they are asked for.</summary>
internal sealed class TrainingLoss : IDisposable
{
    private readonly double _smoothing;
    private readonly Tensor? _weights;

    /// <param name="weights">Of the classes, as <see cref="Weights"/> gives them; null where all weigh 1.</param>
    public TrainingLoss(double smoothing, float[]? weights, Device device) =>
        (_smoothing, _weights) = (smoothing, weights is null ? null : tensor(weights).to(device).DetachFromDisposeScope());

    /// <summary>
    /// images / (classes x images of the class), so that the weights' mean over the images is 1 (scikit-learn's "balanced"); null where all
    /// classes have as many.
    /// </summary>
    public static float[]? Weights(IReadOnlyList<int> classes, int count)
    {
        var images = new int[count];
        foreach (var @class in classes)
            images[@class]++;
        return images.Distinct().Count() == 1 ? null : [.. images.Select(n => (float)((double)classes.Count / ((double)count * n)))];
    }

    /// <summary>Of the logits, and of those of each auxiliary head at its weight.</summary>
    /// <param name="classes">int64 [N].</param>
    public Tensor Of(TrainingSignals signals, Tensor classes) =>
        signals.Auxiliary.Aggregate(Of(Logits(signals.Logits), classes), (loss, head) => loss.Plus(Of(Logits(head), classes), signals.AuxiliaryWeight));

    public static Tensor Logits(Signal signal) => ((TensorSignal)signal).Tensor;

    public void Dispose() => _weights?.Dispose();

    /// <summary>The mean over the images, each weighed by its class, so that the sum over several batches does not depend on how they are cut.</summary>
    private Tensor Of(Tensor logits, Tensor classes)
    {
        if (_smoothing == 0 && _weights is null)
            return nn.functional.cross_entropy(logits, classes);

        var log = nn.functional.log_softmax(logits, 1);
        var right = log.gather(1, classes.unsqueeze(1)).squeeze(1).neg();
        var losses = right.Plus(log.mean([1]).neg().Plus(right, -1), _smoothing);
        return (_weights is null ? losses : losses.mul(_weights.index_select(0, classes))).mean();
    }
}
