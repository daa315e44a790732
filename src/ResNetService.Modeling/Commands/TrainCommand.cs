using System.CommandLine;
using System.Globalization;
using ResNetService.Modeling.Training;
using TorchSharp;

namespace ResNetService.Modeling.Commands;

/// <summary><c>resnet train</c>: trains a network on class folders.</summary>
internal static class TrainCommand
{
    private const int MaxThreads = 1024;
    private const string OneCycle = "one-cycle";
    private const string Step = "step";

    private static readonly Argument<string> ArchitectureName = new("ARCH") { Description = "A network of 'resnet list'." };

    private static readonly Option<string> Data = new("--data") { Description = "A folder with train/<class>/<image> and test/<class>/<image> (or val/).", Required = true, HelpName = "FOLDER" };

    private static readonly Option<string> Output = new("--output") { Description = "Where weights, checkpoint and history go; by default runs/ARCH.", HelpName = "DIR" };

    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on from the checkpoint in the output directory, with the same settings." };

    private static readonly Option<int> Epochs = new("--epochs") { Description = "Passes over the training images.", CustomParser = Numbers.Whole, DefaultValueFactory = _ => TrainingOptions.OneCycle.Epochs };

    private static readonly Option<int> BatchSize = new("--batch-size") { Description = "Images a step.", CustomParser = Numbers.Whole, DefaultValueFactory = _ => TrainingOptions.OneCycle.BatchSize };

    private static readonly Option<string> Schedule = new Option<string>("--schedule")
    {
        Description = "one-cycle: up for a quarter, then a cosine down, with Nesterov momentum. step: the paper's, divided by 10 after a half and three quarters.",
        DefaultValueFactory = _ => OneCycle,
    }.AcceptOnlyFromAmong(OneCycle, Step);

    private static readonly Option<double?> LearningRate = new("--learning-rate") { Description = "The highest; by default 0.4 for one-cycle, 0.1 for step.", HelpName = "RATE", CustomParser = result => Numbers.Decimal(result) };

    private static readonly Option<double?> WeightDecay = new("--weight-decay") { Description = "L2; by default 5e-4 for one-cycle, 1e-4 for step.", HelpName = "DECAY", CustomParser = result => Numbers.Decimal(result) };

    private static readonly Option<double> Momentum = new("--momentum") { Description = "Of SGD.", CustomParser = Numbers.Decimal, DefaultValueFactory = _ => TrainingOptions.OneCycle.Momentum };

    private static readonly Option<int> Seed = new("--seed") { Description = "Of every random decision.", CustomParser = Numbers.Whole, DefaultValueFactory = _ => TrainingOptions.OneCycle.Seed };

    private static readonly Option<int> Threads = new("--threads")
    {
        Description = "Of libtorch. Another number may change the last bits of the result. Where other programs want the processors too, set OMP_WAIT_POLICY=passive.",
        CustomParser = Numbers.Whole,
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    public static Command Create()
    {
        var command = new Command("train", "Trains a network on folders of images, one folder a class. Ctrl-C stops it with a checkpoint, from which --resume goes on.")
        {
            ArchitectureName, Data, Output, Resume, Epochs, BatchSize, Schedule, LearningRate, WeightDecay, Momentum, Seed, Threads,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var architecture = ArchitectureArgument.Find(parsed.GetRequiredValue(ArchitectureName));
        var (options, threads) = (ReadOptions(parsed), parsed.GetValue(Threads));
        if (Faults(options, threads).ToArray() is { Length: > 0 } faults)
        {
            foreach (var fault in faults)
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"resnet: {fault}");
            return ExitCode.Usage;
        }

        var output = new TrainingOutput(parsed.GetValue(Output) ?? Path.Combine("runs", architecture.Name));
        output.Require(parsed.GetValue(Resume));
        var folders = TrainingFolders.Find(parsed.GetRequiredValue(Data));
        torch.set_num_threads(threads);

        var data = await ProgressDisplay.RunAsync(
            "reading images", folders.Count, progress => Task.Run(() => folders.Decode(architecture.Preprocessing, progress, cancellationToken), CancellationToken.None));
        using var run = TrainingRun.Open(architecture, data, output, options, parsed.GetValue(Resume), TimeProvider.System);
        var console = parsed.InvocationConfiguration.Output;
        while (!run.IsFinished)
        {
            var epoch = await ProgressDisplay.RunAsync(
                $"epoch {run.Epoch}/{options.Epochs}", run.StepsPerEpoch, steps => Task.Run(() => run.RunEpoch(steps, cancellationToken), CancellationToken.None));
            Report(console, epoch, options.Epochs);
        }

        run.WriteWeights();
        console.WriteLine($"{output.Weights}: make it a model with 'resnet export {architecture.Name} --weights {output.Weights} --labels {output.Classes} --output models/<name>/<version>'");
        return ExitCode.Success;
    }

    private static TrainingOptions ReadOptions(ParseResult parsed)
    {
        var recipe = parsed.GetValue(Schedule) == Step ? TrainingOptions.Step : TrainingOptions.OneCycle;
        return recipe with
        {
            Epochs = parsed.GetValue(Epochs),
            BatchSize = parsed.GetValue(BatchSize),
            LearningRate = parsed.GetValue(LearningRate) ?? recipe.LearningRate,
            WeightDecay = parsed.GetValue(WeightDecay) ?? recipe.WeightDecay,
            Momentum = parsed.GetValue(Momentum),
            Seed = parsed.GetValue(Seed),
        };
    }

    /// <summary>All that is out of range, at once.</summary>
    private static IEnumerable<string> Faults(TrainingOptions options, int threads) =>
        threads is >= 1 and <= MaxThreads ? options.Faults() : options.Faults().Append($"--threads is {threads}; it must be 1 to {MaxThreads}");

    private static void Report(TextWriter console, EpochResult epoch, int epochs)
    {
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {epoch.Epoch}/{epochs}: train loss {epoch.TrainLoss:F4} top-1 {epoch.TrainTop1:P2}, test loss {epoch.TestLoss:F4} top-1 {epoch.TestTop1:P2}, {epoch.Seconds:F0} s, {epoch.ImagesPerSecond:F0} images/s"));
        console.Flush();
    }
}
