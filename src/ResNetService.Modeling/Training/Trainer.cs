using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
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
    private readonly Network _network;
    private readonly TrainingData _data;
    private readonly TrainingOptions _options;
    private readonly BatchLoader _trainBatches, _testBatches;

    /// <param name="network">Stays the caller's.</param>
    /// <exception cref="TrainingException">There are fewer training images than a batch takes.</exception>
    public Trainer(Network network, TrainingData data, PreprocessingSpec spec, TrainingOptions options)
    {
        if (data.Train.Count < options.BatchSize)
            throw new TrainingException($"--batch-size is {options.BatchSize}; there are only {data.Train.Count} training images");

        (_network, _data, _options) = (network, data, options);
        (_trainBatches, _testBatches) = (new(data.Train, spec), new(data.Test, spec));
        Optimizer = new(network, options.Momentum, options.WeightDecay, options.IsNesterov);
    }

    public SgdOptimizer Optimizer { get; }

    public int StepsPerEpoch => _data.Train.Count / _options.BatchSize;

    /// <summary>Runs the rest of the epoch in which the position stands.</summary>
    /// <param name="steps">Told the epoch's steps that are done.</param>
    /// <param name="stop">Asked before each step.</param>
    /// <returns>The position after the last step: the epoch's end, or earlier where it was stopped.</returns>
    /// <exception cref="TrainingException">The loss is no number any more; the message names the step.</exception>
    public TrainingPosition Train(TrainingPosition position, IProgress<int> steps, Func<bool> stop)
    {
        _network.train();
        var order = Shuffle(position.Epoch);
        while (position.Step < StepsPerEpoch && !stop())
        {
            var (loss, correct) = Step(order.AsSpan(position.Step * _options.BatchSize, _options.BatchSize), position.Epoch, LearningRateAt(position));
            if (!double.IsFinite(loss))
                throw new TrainingException($"the loss is {loss} at step {position.Step + 1} of epoch {position.Epoch + 1}: training has diverged; try a lower --learning-rate than {_options.LearningRate}");
            position = position with { Step = position.Step + 1, LossSum = position.LossSum + (loss * _options.BatchSize), Correct = position.Correct + correct };
            steps.Report(position.Step);
        }

        return position;
    }

    /// <summary>Tests the network as it is served: BatchNorm with its running statistics, no augmentation.</summary>
    public TestResult Test(CancellationToken cancellationToken)
    {
        _network.eval();
        var (loss, top1, top5) = (0.0, 0L, 0L);
        foreach (var indices in Enumerable.Range(0, _data.Test.Count).Chunk(_options.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var mode = inference_mode();
            var (images, classes) = _testBatches.Load(indices, _ => Augmentation.None);
            var logits = _network.forward(images);
            loss += nn.functional.cross_entropy(logits, classes).item<float>() * (double)indices.Length;
            var hits = logits.topk((int)Math.Min(5, logits.shape[1]), 1).indexes.eq(classes.unsqueeze(1));
            top1 += hits.slice(1, 0, 1, 1).sum().item<long>();
            top5 += hits.sum().item<long>();
        }

        return new(loss / _data.Test.Count, (double)top1 / _data.Test.Count, (double)top5 / _data.Test.Count);
    }

    /// <summary>Of the step that comes next.</summary>
    public double LearningRateAt(TrainingPosition position) => LearningRateSchedule.At(
        _options.Schedule, _options.LearningRate, ((long)position.Epoch * StepsPerEpoch) + position.Step, (long)_options.Epochs * StepsPerEpoch);

    public void Dispose() => Optimizer.Dispose();

    private int[] Shuffle(int epoch)
    {
        var order = Enumerable.Range(0, _data.Train.Count).ToArray();
        SeededRandom.For(_options.Seed, epoch, SeededRandom.WholeEpoch).Shuffle(order);
        return order;
    }

    private (double Loss, long Correct) Step(ReadOnlySpan<int> indices, int epoch, double learningRate)
    {
        using var scope = NewDisposeScope();
        var (images, classes) = _trainBatches.Load(indices, image => Augmentation.Draw(_options.Seed, epoch, image));
        Optimizer.ZeroGradients();
        var logits = _network.forward(images);
        var loss = nn.functional.cross_entropy(logits, classes);
        loss.backward();
        Optimizer.Step(learningRate);
        return (loss.item<float>(), logits.argmax(1).eq(classes).sum().item<long>());
    }
}
