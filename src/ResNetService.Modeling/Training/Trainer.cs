using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Torch;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Training;

/// <param name="Loss">Mean cross-entropy of the test images.</param>
/// <param name="Top1">Fraction of them whose class was the best.</param>
/// <param name="Top5">Fraction of them whose class was among the best five.</param>
internal sealed record TestResult(double Loss, double Top1, double Top5);

/// <summary>
/// Trains a network by steps and tests it. The same data, options, position and number of threads give the same weights to the bit.
/// </summary>
internal sealed class Trainer : IDisposable
{
    private readonly TrainedNetwork _network;
    private readonly TrainingData _data;
    private readonly TrainingOptions _options;
    private readonly BatchLoader _trainBatches, _testBatches;
    private readonly TrainingLoss _loss;
    private readonly int _resize;

    /// <param name="network">Stays the caller's.</param>
    /// <exception cref="TrainingException">There are fewer training images than a step takes.</exception>
    public Trainer(TrainedNetwork network, TrainingData data, PreprocessingSpec spec, TrainingOptions options)
    {
        RequireImages(data.Train.Count, options);
        (_network, _data, _options, _resize) = (network, data, options, spec.Resize);
        (_trainBatches, _testBatches) = (new(data.Train, spec, data.Decoders), new(data.Test, spec, data.Decoders));
        _loss = new(
            options.LabelSmoothing,
            options.ClassWeights == ClassWeighting.Balanced ? TrainingLoss.Weights(data.Train.Classes, data.ClassNames.Count) : null,
            network.Device);
        Optimizer = new(network.Parameters, options.Momentum, options.WeightDecay, options.IsNesterov);
    }

    /// <exception cref="TrainingException">There are fewer training images than a step takes.</exception>
    public static void RequireImages(int count, TrainingOptions options)
    {
        if (count < options.ImagesPerStep)
            throw new TrainingException(
                $"--batch-size is {options.BatchSize}{(options.Accumulate > 1 ? $" and --accumulate {options.Accumulate}" : "")}; there are only {count} training images");
    }

    public SgdOptimizer Optimizer { get; }

    /// <summary>Of a whole epoch.</summary>
    public int StepsPerEpoch => _data.Train.Count / _options.ImagesPerStep;

    /// <summary>Of the whole run.</summary>
    public long Steps => _options.Steps(StepsPerEpoch);

    /// <param name="epoch">From 0. The run's last may be shorter than the others.</param>
    public int StepsOf(int epoch) => (int)Math.Clamp(Steps - ((long)epoch * StepsPerEpoch), 0, StepsPerEpoch);

    /// <summary>Runs the rest of the epoch in which the position stands.</summary>
    /// <param name="steps">Told the epoch's steps that are done.</param>
    /// <param name="stop">Asked before each step.</param>
    /// <returns>The position after the last step: the epoch's end, or earlier where it was stopped.</returns>
    /// <exception cref="TrainingException">The loss is no number any more: the message names the step and the layer. Or an image cannot be read any more.</exception>
    public TrainingPosition Train(TrainingPosition position, IProgress<int> steps, Func<bool> stop)
    {
        var end = StepsOf(position.Epoch);
        if (position.Step == end)
            return position;

        _network.Train();
        var rest = Shuffle(position.Epoch).AsMemory((position.Step * _options.ImagesPerStep)..(end * _options.ImagesPerStep));
        var batches = Enumerable.Range(0, rest.Length / _options.BatchSize).Select(i => (ReadOnlyMemory<int>)rest.Slice(i * _options.BatchSize, _options.BatchSize));
        using var loaded = _trainBatches.Load(batches, image => Augmentation.Draw(_options.Augmentation, _resize, _options.Seed, position.Epoch, image)).GetEnumerator();
        while (position.Step < end && !stop())
        {
            var (loss, correct) = Step(loaded, position);
            position = position with { Step = position.Step + 1, LossSum = position.LossSum + (loss * _options.ImagesPerStep), Correct = position.Correct + correct };
            steps.Report(position.Step);
        }

        return position;
    }

    /// <summary>Tests what is kept of the network as it is served: BatchNorm with its running statistics, no augmentation.</summary>
    public TestResult Test(CancellationToken cancellationToken)
    {
        var network = _network.Result;
        network.eval();
        var (loss, top1, top5) = (0.0, 0L, 0L);
        var batches = Enumerable.Range(0, _data.Test.Count).Chunk(_options.BatchSize).Select(chunk => new ReadOnlyMemory<int>(chunk));
        foreach (var batch in _testBatches.Load(batches, _ => Augmentation.None))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var mode = inference_mode();
            var (images, classes) = batch.ToTensors(_network.Device);
            var logits = network.forward(images);
            loss += nn.functional.cross_entropy(logits, classes).item<float>() * (double)batch.Count;
            var hits = logits.topk((int)Math.Min(5, logits.shape[1]), 1).indexes.eq(classes.unsqueeze(1));
            top1 += hits.slice(1, 0, 1, 1).sum().item<long>();
            top5 += hits.sum().item<long>();
        }

        return new(loss / _data.Test.Count, (double)top1 / _data.Test.Count, (double)top5 / _data.Test.Count);
    }

    /// <summary>Of the step that comes next.</summary>
    public double LearningRateAt(TrainingPosition position) => LearningRateSchedule.At(_options, StepsBefore(position), Steps, position.Plateaus);

    public void Dispose()
    {
        Optimizer.Dispose();
        _loss.Dispose();
    }

    private long StepsBefore(TrainingPosition position) => ((long)position.Epoch * StepsPerEpoch) + position.Step;

    private int[] Shuffle(int epoch)
    {
        var order = Enumerable.Range(0, _data.Train.Count).ToArray();
        SeededRandom.For(_options.Seed, epoch, SeededRandom.WholeEpoch).Shuffle(order);
        return order;
    }

    /// <returns>The mean loss and the number of images whose class was the best, both with the weights before the step.</returns>
    private (double Loss, long Correct) Step(IEnumerator<ImageBatch> batches, TrainingPosition position)
    {
        random.manual_seed(SeededRandom.OfStep(_options.Seed, position.Epoch, position.Step));
        Optimizer.ZeroGradients();
        var (loss, correct) = (0.0, 0L);
        for (var i = 0; i < _options.Accumulate; i++)
        {
            batches.MoveNext();
            var part = Backward(batches.Current, position);
            (loss, correct) = (loss + (part.Loss / _options.Accumulate), correct + part.Correct);
        }

        Optimizer.Step(LearningRateAt(position));
        _network.Average?.Update(StepsBefore(position) + 1);
        return (loss, correct);
    }

    private (double Loss, long Correct) Backward(ImageBatch batch, TrainingPosition position)
    {
        using var scope = NewDisposeScope();
        var (images, classes) = batch.ToTensors(_network.Device);
        var signals = _network.Network.ForwardForTraining(new TensorSignal(images));
        var loss = _loss.Of(signals, classes);
        var value = loss.item<float>();
        if (!float.IsFinite(value))
            throw Diverged(value, images, position);

        (_options.Accumulate == 1 ? loss : loss.MultiplyInPlace(1.0 / _options.Accumulate)).backward();
        return (value, TrainingLoss.Logits(signals.Logits).argmax(1).eq(classes).sum().item<long>());
    }

    private TrainingException Diverged(float loss, Tensor images, TrainingPosition position) => new(
        $"the loss is {loss} at step {position.Step + 1} of epoch {position.Epoch + 1}: training has diverged; {Divergence.Locate(_network.Network, images)}; try a lower --learning-rate than {_options.LearningRate}");
}
