using System.CommandLine;
using System.Globalization;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Torch;
using ResNetService.Modeling.Training;
using TorchSharp;

namespace ResNetService.Modeling.Commands;

/// <summary><c>resnet train</c>: trains a network on class folders, from nothing or from trained weights.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var command = new Command("train", "Trains a network on folders of images, one folder a class. Ctrl-C stops it with a checkpoint, from which --resume goes on.")
        {
            TrainArguments.Network,
        };
        foreach (var option in TrainArguments.All)
            command.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var architecture = parsed.GetRequiredValue(TrainArguments.Network)!;
        var options = TrainArguments.Options(parsed, architecture);
        if (TrainArguments.Faults(parsed, options, architecture).ToArray() is { Length: > 0 } faults)
        {
            foreach (var fault in faults)
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"resnet: {fault}");
            return ExitCode.Usage;
        }

        var (resume, console) = (parsed.GetValue(TrainArguments.Resume), parsed.InvocationConfiguration.Output);
        var output = new TrainingOutput(parsed.GetValue(TrainArguments.Output) ?? Path.Combine("runs", architecture.Name));
        output.Require(resume);
        var device = FindDevice(parsed);
        var folders = TrainingFolders.Find(parsed.GetRequiredValue(TrainArguments.Data), options.Seed);
        if (!folders.IsValidation && !TrainArguments.AsksForPatience(parsed))
            options = options with { Patience = null };
        if (!TrainArguments.AsksForBatchSize(parsed))
            options = options with { BatchSize = Math.Clamp(folders.Train.Files.Count / options.Accumulate, 1, options.BatchSize) };

        // Before all images are read, which takes long.
        TrainingRun.RequireValidation(folders.IsValidation, options);
        Trainer.RequireImages(folders.Train.Files.Count, options);
        var pretrained = parsed.GetValue(TrainArguments.Init) is { } path ? PretrainedWeights.Open(path, architecture) : null;
        torch.set_num_threads(parsed.GetValue(TrainArguments.Threads));

        var preprocessing = Resized(pretrained?.Preprocessing ?? architecture.Preprocessing, TrainArguments.InputSize(parsed));
        if (ArchitectureArgument.RequireSize(architecture, preprocessing.InputSize).NormalizesPoints && options.BatchSize == 1)
            throw new CommandException($"--batch-size is 1; at {preprocessing.InputSize} pixels a BatchNorm of {architecture.Name} has one value of each channel an image, and a variance takes 2 images or more");
        var data = await OpenAsync(parsed, folders, preprocessing, options, cancellationToken);
        using var run = await Task.Run(() => TrainingRun.Open(architecture, data, output, options, resume, TimeProvider.System, pretrained, device), CancellationToken.None);
        Describe(console, data, device);
        while (!run.IsFinished)
        {
            var epoch = await ProgressDisplay.RunAsync(
                $"epoch {run.Epoch}/{run.Epochs}", run.StepsPerEpoch, steps => Task.Run(() => run.RunEpoch(steps, cancellationToken), CancellationToken.None));
            Report(console, epoch, run.Epochs, data);
        }

        run.WriteWeights();
        console.WriteLine($"{output.Weights}: epoch {run.Kept.Epoch}, top-1 {run.Kept.TestTop1.ToString("P2", CultureInfo.InvariantCulture)}");
        console.WriteLine($"make it a model with 'resnet export {architecture.Name} --weights {output.Weights} --labels {output.Classes} --output models/<name>/<version>'");
        return ExitCode.Success;
    }

    private static torch.Device FindDevice(ParseResult parsed)
    {
        try
        {
            return DeviceChoice.Resolve(TrainArguments.DeviceKind(parsed));
        }
        catch (PlatformNotSupportedException e)
        {
            throw new CommandException(e.Message, e);
        }
    }

    /// <summary>For another side, the photograph is resized in proportion.</summary>
    private static PreprocessingSpec Resized(PreprocessingSpec spec, int? size) =>
        size is { } side && side != spec.InputSize ? spec with { InputSize = side, Resize = (int)Math.Round((double)side * spec.Resize / spec.InputSize) } : spec;

    private static async Task<TrainingData> OpenAsync(ParseResult parsed, TrainingFolders folders, PreprocessingSpec spec, TrainingOptions options, CancellationToken cancellationToken) =>
        await ProgressDisplay.RunAsync("reading images", folders.Count, progress => Task.Run(
            () => folders.Open(spec, folders.FitsIntoMemory(spec, options.Augmentation), parsed.GetValue(TrainArguments.Decoders), progress, cancellationToken),
            CancellationToken.None));

    private static void Describe(TextWriter console, TrainingData data, torch.Device device)
    {
        console.WriteLine($"device: {device.type.ToString().ToLowerInvariant()}");
        console.WriteLine($"{data.Train.Count} images of {data.ClassNames.Count} classes to train on, {data.Train.Place}; {data.Test.Count} to {(data.TestIsValidation ? "choose" : "test")} by{(data.HeldOut.Count > 0 ? ", held out" : "")}");
    }

    private static void Report(TextWriter console, EpochResult epoch, int epochs, TrainingData data)
    {
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {epoch.Epoch}/{epochs}: train loss {epoch.TrainLoss:F4} top-1 {epoch.TrainTop1:P2}, {(data.TestIsValidation ? "validation" : "test")} loss {epoch.TestLoss:F4} top-1 {epoch.TestTop1:P2}, {epoch.Seconds:F0} s, {epoch.ImagesPerSecond:F0} images/s"));
        console.Flush();
    }
}
