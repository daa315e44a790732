using System.CommandLine;
using System.CommandLine.Parsing;
using ResNetService.Modeling.Experiments;
using TorchSharp;

namespace ResNetService.Modeling.Commands;

/// <summary><c>resnet experiment NAME</c>: the paper's comparisons.</summary>
internal static class ExperimentCommand
{
    private const int MaxThreads = 1024;
    private static readonly string Root = Path.Combine("runs", "experiments");

    public static Command Create()
    {
        var command = new Command("experiment", "Repeats the paper's comparisons: measures, draws, and writes a page about it. Begin again to go on with what was interrupted.");
        foreach (var experiment in Experiment.All)
            command.Add(Create(experiment));
        return command;
    }

    private static Command Create(Experiment experiment)
    {
        var trains = experiment.Networks != NetworkSource.Own;
        var data = new Option<string?>("--data")
        {
            Description = "A folder with train/<class>/<image> and test/<class>/<image> (or val/)" + (trains ? "." : "; by default Gaussian noise."),
            Required = trains,
            HelpName = "FOLDER",
        };
        var output = new Option<string>("--output") { Description = "Where CSV, plots and page go.", HelpName = "DIR", DefaultValueFactory = _ => Path.Combine(Root, experiment.Name) };
        var runs = new Option<string?>("--runs") { Description = $"Where trainings are, or are made: DIR/ARCH; by default {(experiment.Networks == NetworkSource.Trained ? "the output folder" : DegradationRuns)}.", HelpName = "DIR" };
        var networks = new Option<string[]>("--network") { Description = "A network of 'resnet list' in place of the experiment's; may be given again.", HelpName = "ARCH" };
        var epochs = new Option<int?>("--epochs") { Description = "Passes over the training images in place of the setting's.", HelpName = "N", CustomParser = result => Numbers.Positive(result) };
        var full = new Option<bool>("--full") { Description = "The setting that takes hours." };
        var quick = new Option<bool>("--quick") { Description = "The setting that takes minutes; the default." };
        var seed = new Option<int>("--seed") { Description = "Of every random decision.", CustomParser = Numbers.Whole, DefaultValueFactory = _ => 1 };
        var threads = new Option<int>("--threads") { Description = "Of libtorch.", CustomParser = Threads, DefaultValueFactory = _ => Environment.ProcessorCount };

        var command = new Command(experiment.Name, experiment.Question) { data, output, full, quick, seed, threads };
        if (trains)
        {
            command.Add(runs);
            command.Add(networks);
            command.Add(epochs);
        }

        full.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<bool>() && result.GetResult(quick) is { Implicit: false })
                result.AddError("--full and --quick exclude each other");
        });
        command.SetAction((parsed, token) =>
        {
            var directory = parsed.GetRequiredValue(output);
            var options = new ExperimentOptions
            {
                Data = parsed.GetValue(data),
                Output = directory,
                Runs = trains && parsed.GetValue(runs) is { } given ? given : experiment.Networks == NetworkSource.Trained ? directory : DegradationRuns,
                Networks = trains ? parsed.GetValue(networks) ?? [] : [],
                IsFull = parsed.GetValue(full),
                Epochs = trains ? parsed.GetValue(epochs) : null,
                Seed = parsed.GetValue(seed),
                Command = $"resnet {string.Join(' ', parsed.Tokens.Select(word => word.Value))}",
            };
            torch.set_num_threads(parsed.GetValue(threads));
            return RunAsync(experiment, options, parsed.InvocationConfiguration.Output, token);
        });
        return command;
    }

    private static int Threads(ArgumentResult result)
    {
        var threads = Numbers.Whole(result);
        if (!result.Parent!.Errors.Any() && threads is < 1 or > MaxThreads)
            result.AddError($"--threads is {threads}; it must be 1 to {MaxThreads}");
        return threads;
    }

    private static string DegradationRuns => Path.Combine(Root, "degradation");

    private static async Task<int> RunAsync(Experiment experiment, ExperimentOptions options, TextWriter console, CancellationToken cancellationToken)
    {
        // On another thread: Ctrl-C is heeded only once the action has returned its task.
        await Task.Run(() => experiment.Run(new(options, new Progress(console), TimeProvider.System, cancellationToken)), CancellationToken.None);
        console.WriteLine($"{Path.Combine(options.Output, experiment.Name + ".md")}: findings, plots and numbers");
        return ExitCode.Success;
    }

    private sealed class Progress(TextWriter console) : IExperimentProgress
    {
        public T Show<T>(string title, int total, Func<IProgress<int>, T> work) =>
            ProgressDisplay.RunAsync(title, total, progress => Task.Run(() => work(progress))).GetAwaiter().GetResult();

        public void Say(string line)
        {
            console.WriteLine(line);
            console.Flush();
        }
    }
}
