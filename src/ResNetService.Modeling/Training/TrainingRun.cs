using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Weights;
using ResNetService.Modeling.Weights.Safetensors;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Training;

/// <summary>A training run that survives interruptions: it checkpoints at each epoch's end, every ten minutes, and when it is cancelled.</summary>
internal sealed class TrainingRun : IDisposable
{
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromMinutes(10);

    private readonly TrainingOutput _output;
    private readonly TrainingOptions _options;
    private readonly TimeProvider _time;
    private readonly bool _selects;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly TrainedNetwork _network;
    private readonly Trainer _trainer;
    private readonly List<EpochResult> _history = [];
    private TrainingPosition _position = TrainingPosition.StartOf(epoch: 0);

    private TrainingRun(
        Architecture architecture, TrainingData data, TrainingOutput output, TrainingOptions options, TimeProvider time, PretrainedWeights? pretrained, Device? device)
    {
        (_output, _options, _time, _selects) = (output, options, time, data.TestIsValidation);
        var spec = data.Preprocessing ?? pretrained?.Preprocessing ?? architecture.Preprocessing;
        _settings = RunSettings.Of(architecture, data, spec, options, pretrained);
        _network = TrainedNetwork.Create(architecture, data.ClassNames.Count, options, pretrained, device);
        try
        {
            _trainer = new(_network, data, spec, options);
        }
        catch
        {
            _network.Dispose();
            throw;
        }
    }

    /// <summary>The epoch that comes, from 1.</summary>
    public int Epoch => _position.Epoch + 1;

    /// <summary>Of the run, unless it ends early.</summary>
    public int Epochs => (int)((_trainer.Steps + _trainer.StepsPerEpoch - 1) / _trainer.StepsPerEpoch);

    /// <summary>Of the epoch that comes.</summary>
    public int StepsPerEpoch => _trainer.StepsOf(_position.Epoch);

    /// <summary>All epochs are done, or so many have brought nothing better as <see cref="TrainingOptions.Patience"/> says.</summary>
    public bool IsFinished => _position.Epoch == Epochs || (_options.Patience is { } patience && Selection.IsExhausted(_history, patience));

    /// <summary>The epochs that are done.</summary>
    public IReadOnlyList<EpochResult> History => _history;

    /// <summary>The epoch whose weights are the result so far: the best on the validation images, or else the last.</summary>
    public EpochResult Kept => _history[_selects ? Selection.Best(_history) : ^1];

    /// <param name="output">Its directory is made where it does not exist.</param>
    /// <param name="resume">Go on from the checkpoint; without it the directory must not hold a run.</param>
    /// <param name="pretrained">What the weights but for the head begin with; null for random ones.</param>
    /// <param name="device">Null for the CPU.</param>
    /// <exception cref="TrainingException">The run cannot begin, or not go on with these settings.</exception>
    /// <exception cref="WeightException">The checkpoint is damaged, or the pretrained weights are not the network's.</exception>
    public static TrainingRun Open(
        Architecture architecture,
        TrainingData data,
        TrainingOutput output,
        TrainingOptions options,
        bool resume,
        TimeProvider time,
        PretrainedWeights? pretrained = null,
        Device? device = null)
    {
        output.Require(resume);
        RequireValidation(data.TestIsValidation, options);
        var run = new TrainingRun(architecture, data, output, options, time, pretrained, device);
        try
        {
            if (resume)
                run.Restore();
            else
                run._network.RestoreStatistics(data, data.Preprocessing ?? pretrained?.Preprocessing ?? architecture.Preprocessing);
            Directory.CreateDirectory(output.Directory);
            File.WriteAllLines(output.Classes, data.ClassNames);
            if (data.HeldOut.Count > 0)
                File.WriteAllLines(output.HeldOut, data.HeldOut);
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>Trains and tests for what is left of the epoch, and keeps the weights where they are the best so far.</summary>
    /// <param name="steps">Told the epoch's steps that are done.</param>
    /// <exception cref="OperationCanceledException">Cancelled between two steps, with a checkpoint written.</exception>
    /// <exception cref="TrainingException">Training has diverged; the last checkpoint stays.</exception>
    public EpochResult RunEpoch(IProgress<int> steps, CancellationToken cancellationToken)
    {
        do
        {
            var start = _time.GetTimestamp();
            var end = _trainer.Train(_position, steps, () => cancellationToken.IsCancellationRequested || _time.GetElapsedTime(start) >= CheckpointInterval);
            _position = end with { Seconds = end.Seconds + _time.GetElapsedTime(start).TotalSeconds };
            WriteCheckpoint();
            cancellationToken.ThrowIfCancellationRequested();
        }
        while (_position.Step < StepsPerEpoch);

        _history.Add(Test(cancellationToken));
        if (_selects && Selection.Best(_history) == _history.Count - 1)
            WriteResult();
        _position = TrainingPosition.StartOf(_position.Epoch + 1, LearningRateSchedule.Plateaus(_history));
        WriteCheckpoint();
        TrainingHistory.Write(_output.History, _history);
        return _history[^1];
    }

    /// <summary>
    /// Writes the network of the last epoch, with the settings and the accuracy in the file's metadata; nothing where validation images
    /// choose, since the best epoch's weights are written already.
    /// </summary>
    public void WriteWeights()
    {
        if (!_selects)
            WriteResult();
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _network.Dispose();
    }

    /// <param name="testIsValidation">Whether the images to test on may choose.</param>
    /// <exception cref="TrainingException">Something is to be chosen by test images.</exception>
    public static void RequireValidation(bool testIsValidation, TrainingOptions options)
    {
        var chooser = options.Patience is not null ? "--patience" : options.Schedule == ScheduleKind.Plateau ? "a learning rate that falls on a plateau" : null;
        if (chooser is not null && !testIsValidation)
            throw new TrainingException($"{chooser} goes by validation images, and these are test images, by which nothing is chosen; name the folder val, or take it away, and a part of the training images is held out");
    }

    private void Restore()
    {
        var checkpoint = Checkpoint.Restore(_output.Checkpoint, _network, _trainer.Optimizer, _settings);
        _position = checkpoint.Position;
        _history.AddRange(checkpoint.History);
    }

    private void WriteCheckpoint()
    {
        if (Divergence.FirstNotFinite(_network.State()) is { } name)
            throw new TrainingException(
                $"{name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]} is not finite after step {_position.Step} of epoch {_position.Epoch + 1}: training has diverged; try a lower --learning-rate than {_options.LearningRate}");
        new Checkpoint(_settings, _position, _history).Write(_output.Checkpoint, _network, _trainer.Optimizer);
    }

    private void WriteResult() => SafetensorsWriter.Write(
        _output.Weights,
        _network.Weights(),
        _settings.Append(new(_selects ? "validation top-1" : "test top-1", _history[^1].TestTop1.ToString("R"))).Append(new("epoch", $"{_history.Count}")).ToDictionary());

    private EpochResult Test(CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        var test = _trainer.Test(cancellationToken);
        if (!double.IsFinite(test.Loss))
            throw new TrainingException($"after epoch {Epoch} the test loss is {test.Loss}: training has diverged; try a lower --learning-rate than {_options.LearningRate}");
        var seconds = _position.Seconds + _time.GetElapsedTime(start).TotalSeconds;
        var images = StepsPerEpoch * _options.ImagesPerStep;
        return new(
            Epoch,
            _trainer.LearningRateAt(_position with { Step = StepsPerEpoch - 1 }),
            _position.LossSum / images,
            (double)_position.Correct / images,
            test.Loss,
            test.Top1,
            test.Top5,
            seconds,
            images / seconds);
    }
}
