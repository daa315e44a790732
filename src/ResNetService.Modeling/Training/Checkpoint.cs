using System.Text.Json;
using System.Text.Json.Serialization;
using ResNetService.Modeling.Weights;
using ResNetService.Modeling.Weights.Import;
using ResNetService.Modeling.Weights.Safetensors;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Training;

/// <summary>
/// Everything that a run needs to go on to the bit, in one file: the network with its running statistics, its moving average, the
/// optimizer's velocities, and this. Random decisions are functions of settings and position (<see cref="SeededRandom"/>).
/// </summary>
/// <param name="Settings">That the run was started with.</param>
/// <param name="Position">Where it stands.</param>
/// <param name="History">The epochs that are done.</param>
internal sealed record Checkpoint(IReadOnlyDictionary<string, string> Settings, TrainingPosition Position, IReadOnlyList<EpochResult> History)
{
    private const string Key = "training";

    /// <summary>A test loss may overflow while the training loss does not.</summary>
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <exception cref="IOException">The file cannot be written; the checkpoint that was there is still there.</exception>
    public void Write(string path, TrainedNetwork network, SgdOptimizer optimizer) => SafetensorsWriter.Write(
        path,
        Tensors(network, optimizer).Select(tensor => tensor.Value.ToSafetensors(tensor.Key)),
        new Dictionary<string, string> { [Key] = JsonSerializer.Serialize(this, Json) });

    /// <summary>Fills network and optimizer.</summary>
    /// <param name="settings">What the run is to go on with.</param>
    /// <exception cref="TrainingException">The run was started with other settings, each of which is named; or the file is no checkpoint.</exception>
    /// <exception cref="WeightException">The file is damaged.</exception>
    public static Checkpoint Restore(string path, TrainedNetwork network, SgdOptimizer optimizer, IReadOnlyDictionary<string, string> settings)
    {
        using var file = WeightFile.Open(path);
        var checkpoint = Parse(path, file.Metadata.GetValueOrDefault(Key, "null"));
        if (RunSettings.Differences(checkpoint.Settings, settings).ToArray() is { Length: > 0 } differences)
            throw new TrainingException($"a run goes on only with the settings that it was started with:{string.Concat(differences.Select(d => $"{Environment.NewLine}  {d}"))}");

        WeightImport.Apply(file, new ModuleTarget(Tensors(network, optimizer)));
        return checkpoint;
    }

    private static Checkpoint Parse(string path, string json)
    {
        try
        {
            if (JsonSerializer.Deserialize<Checkpoint>(json, Json) is { Settings: not null, Position: not null, History: not null } checkpoint)
                return checkpoint;
        }
        catch (JsonException)
        {
            // Said below, as of any other file.
        }

        throw new TrainingException($"{path} is not a checkpoint of a training run");
    }

    private static Dictionary<string, Tensor> Tensors(TrainedNetwork network, SgdOptimizer optimizer) =>
        network.State()
            .Concat(optimizer.State.Select(state => ("velocity." + state.Name, state.Velocity)))
            .ToDictionary();
}
