using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Weights;
using ResNetService.Modeling.Weights.Safetensors;
using TorchSharp;

namespace ResNetService.Modeling.Training;

/// <summary>A training run that survives interruptions: it checkpoints at each epoch's end, every ten minutes, and when it is cancelled.</summary>
internal sealed class TrainingRun : IDisposable
{
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromMinutes(10);

    private readonly TrainingOutput _output;
    private readonly TrainingOptions _options;
    private readonly TimeProvider _time;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly Network _network;
    private readonly Trainer _trainer;
    private readonly List<EpochResult> _history = [];
    private TrainingPosition _position = TrainingPosition.StartOf(epoch: 0);

    private TrainingRun(Architecture architecture, TrainingData data, TrainingOutput output, TrainingOptions options, TimeProvider time)
    {
        (_output, _options, _time) = (output, options, time);
        _settings = RunSettings.Of(architecture, data, options);
        torch.random.manual_seed(options.Seed);
        _network = architecture.Build(data.ClassNames.Count);
        Initialization.Apply(_network);
        _trainer = new(_network, data, architecture.Preprocessing, options);
    }

    /// <summary>The epoch that comes, from 1.</summary>
    public int Epoch => _position.Epoch + 1;

    public int StepsPerEpoch => _trainer.StepsPerEpoch;

    public bool IsFinished => _position.Epoch == _options.Epochs;

    /// <summary>The epochs that are done.</summary>
    public IReadOnlyList<EpochResult> History => _history;

    /// <param name="output">Its directory is made where it does not exist.</param>
    /// <param name="resume">Go on from the checkpoint; without it the directory must not hold a run.</param>
    /// <exception cref="TrainingException">The run cannot begin, or not go on with these settings.</exception>
    /// <exception cref="WeightException">The checkpoint is damaged.</exception>
    public static TrainingRun Open(
        Architecture architecture, TrainingData data, TrainingOutput output, TrainingOptions options, bool resume, TimeProvider time)
    {
        output.Require(resume);
        var run = new TrainingRun(architecture, data, output, options, time);
        try
        {
            if (resume)
                run.Restore();
            Directory.CreateDirectory(output.Directory);
            File.WriteAllLines(output.Classes, data.ClassNames);
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>Trains and tests for what is left of the epoch.</summary>
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
        _position = TrainingPosition.StartOf(_position.Epoch + 1);
        WriteCheckpoint();
        TrainingHistory.Write(_output.History, _history);
        return _history[^1];
    }

    /// <summary>Writes the network, with the settings and the accuracy in the file's metadata.</summary>
    public void WriteWeights() => SafetensorsWriter.Write(
        _output.Weights,
        _network.state_dict().Select(tensor => tensor.Value.ToSafetensors(tensor.Key)),
        _settings.Append(new("test top-1", _history[^1].TestTop1.ToString("R"))).ToDictionary());

    public void Dispose()
    {
        _trainer.Dispose();
        _network.Dispose();
    }

    private void Restore()
    {
        var checkpoint = Checkpoint.Restore(_output.Checkpoint, _network, _trainer.Optimizer, _settings);
        _position = checkpoint.Position;
        _history.AddRange(checkpoint.History);
    }

    private void WriteCheckpoint() => new Checkpoint(_settings, _position, _history).Write(_output.Checkpoint, _network, _trainer.Optimizer);

    private EpochResult Test(CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        var test = _trainer.Test(cancellationToken);
        var seconds = _position.Seconds + _time.GetElapsedTime(start).TotalSeconds;
        var images = StepsPerEpoch * _options.BatchSize;
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
