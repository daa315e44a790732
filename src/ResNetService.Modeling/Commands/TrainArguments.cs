using System.CommandLine;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Torch;
using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Commands;

/// <summary>What <c>resnet train</c> takes, and the options that it amounts to: a recipe, and what is given in place of its parts.</summary>
internal static class TrainArguments
{
    private const int MinSize = 32;
    private const int MaxSize = 1024;
    private const int MaxThreads = 1024;
    private const string FineTune = "fine-tune";

    private static readonly Dictionary<string, TrainingOptions> Recipes = new()
    {
        ["one-cycle"] = TrainingOptions.OneCycle,
        ["paper-cifar"] = TrainingOptions.PaperCifar,
        ["paper-imagenet"] = TrainingOptions.PaperImageNet,
        [FineTune] = TrainingOptions.FineTune,
    };

    public static readonly Argument<Architecture?> Network = ArchitectureArgument.Create();

    public static readonly Option<string> Data = new("--data")
    {
        Description = "A folder with train/<class>/<image> and val/<class>/<image> (or test/), or with <class>/<image> alone, of which a fifth is held out.",
        Required = true,
        HelpName = "FOLDER",
    };

    public static readonly Option<string> Output = new("--output") { Description = "Where weights, checkpoint and history go; by default runs/ARCH.", HelpName = "DIR" };

    public static readonly Option<bool> Resume = new("--resume") { Description = "Go on from the checkpoint in the output directory, with the same settings." };

    public static readonly Option<string> Init = new("--init") { Description = "Begin with trained weights, all but the last layer: a weight file, or a model directory.", HelpName = "WEIGHTS_OR_MODEL" };

    public static readonly Option<string> Device = Among("--device", "auto: CUDA where there is some.", "auto", "cpu", "cuda");

    public static readonly Option<int> Threads = new("--threads")
    {
        Description = "Of libtorch. Another number may change the last bits of the result. Where other programs want the processors too, set OMP_WAIT_POLICY=passive.",
        CustomParser = Numbers.Whole,
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    public static readonly Option<int> Decoders = new("--decoders")
    {
        Description = "Threads that read and decode images. Their number changes nothing of the result.",
        CustomParser = Numbers.Whole,
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private static readonly Option<string> Recipe = Among("--recipe", "What everything below is unless it is given; fine-tune with --init, else one-cycle.", [.. Recipes.Keys]);

    private static readonly Option<int?> Epochs = Whole("--epochs", "Passes over the training images.");

    private static readonly Option<int?> Iterations = Whole("--iterations", "Steps of the whole run; given both, the run ends with the first.");

    private static readonly Option<int?> BatchSize = Whole("--batch-size", "Images that go through the network at once.");

    private static readonly Option<int?> Accumulate = Whole("--accumulate", "Batches a step, for less memory than one large batch.");

    private static readonly Option<double?> LearningRate = Decimal("--learning-rate", "The highest of the schedule.");

    private static readonly Option<int?> WarmUp = Whole("--warm-up", "Steps at a tenth of the rate at the beginning.");

    private static readonly Option<double?> WeightDecay = Decimal("--weight-decay", "L2.");

    private static readonly Option<double?> Momentum = Decimal("--momentum", "Of SGD.");

    private static readonly Option<string> Augmentation = Among("--augmentation", "shift: padded, cropped, mirrored. scale: a square of random size and place, mirrored, its colour shifted.", "none", "shift", "scale");

    private static readonly Option<double?> LabelSmoothing = Decimal("--label-smoothing", "Of the target, spread evenly over all classes.");

    private static readonly Option<string> ClassWeights = Among("--class-weights", "balanced: each class weighs the same, however many images it has.", "none", "balanced");

    private static readonly Option<double?> Ema = Decimal("--ema", "Test and keep a moving average of the weights with this decay, such as 0.999.");

    private static readonly Option<int?> Patience = Whole("--patience", "Stop after so many epochs without a better result on the validation images.");

    private static readonly Option<string> Initialization = Among("--initialization", "Of the weights that are not given by --init.", "he", "glorot");

    private static readonly Option<bool> ZeroGamma = new("--zero-gamma") { Description = "Residual blocks start as their shortcuts." };

    private static readonly Option<string> Freeze = Among("--freeze", "What of the weights of --init stays as it is.", "none", "stem", "all-but-head");

    private static readonly Option<int?> Size = Whole("--size", "Side of the square that the network sees, in pixels.");

    private static readonly Option<int?> Seed = Whole("--seed", "Of every random decision.");

    public static IEnumerable<Option> All =>
    [
        Data, Output, Resume, Init, Freeze, Recipe, Epochs, Iterations, BatchSize, Accumulate, LearningRate, WarmUp, WeightDecay, Momentum, Augmentation, Size,
        LabelSmoothing, ClassWeights, Ema, Patience, Initialization, ZeroGamma, Seed, Device, Threads, Decoders,
    ];

    public static TrainingOptions Options(ParseResult parsed, Architecture architecture)
    {
        var recipe = Recipes[parsed.GetValue(Recipe) ?? (IsFineTuning(parsed) ? FineTune : "one-cycle")].For(architecture);
        var (epochs, iterations) = (parsed.GetValue(Epochs), parsed.GetValue(Iterations));
        return recipe with
        {
            // Either one replaces what the recipe says of the length.
            Epochs = epochs is null && iterations is null ? recipe.Epochs : epochs,
            Iterations = epochs is null && iterations is null ? recipe.Iterations : iterations,
            BatchSize = parsed.GetValue(BatchSize) ?? recipe.BatchSize,
            Accumulate = parsed.GetValue(Accumulate) ?? recipe.Accumulate,
            LearningRate = parsed.GetValue(LearningRate) ?? recipe.LearningRate,
            WarmUp = parsed.GetValue(WarmUp) ?? recipe.WarmUp,
            WeightDecay = parsed.GetValue(WeightDecay) ?? recipe.WeightDecay,
            Momentum = parsed.GetValue(Momentum) ?? recipe.Momentum,
            Augmentation = Word(parsed, Augmentation, recipe.Augmentation),
            LabelSmoothing = parsed.GetValue(LabelSmoothing) ?? recipe.LabelSmoothing,
            ClassWeights = Word(parsed, ClassWeights, recipe.ClassWeights),
            Ema = parsed.GetValue(Ema) ?? recipe.Ema,
            Patience = parsed.GetValue(Patience) ?? recipe.Patience,
            Initialization = Word(parsed, Initialization, recipe.Initialization),
            ZeroGamma = parsed.GetValue(ZeroGamma),
            Freeze = Word(parsed, Freeze, recipe.Freeze),
            Seed = parsed.GetValue(Seed) ?? recipe.Seed,
        };
    }

    /// <summary>The side that is asked for; null for that of the preprocessing.</summary>
    public static int? InputSize(ParseResult parsed) => parsed.GetValue(Size);

    public static DeviceKind DeviceKind(ParseResult parsed) => Word(parsed, Device, Torch.DeviceKind.Auto);

    /// <summary>Whether it was asked for, beside what a recipe says.</summary>
    public static bool AsksForPatience(ParseResult parsed) => parsed.GetValue(Patience) is not null;

    /// <summary>Likewise of the batch.</summary>
    public static bool AsksForBatchSize(ParseResult parsed) => parsed.GetValue(BatchSize) is not null;

    /// <summary>All that is out of range or contradicts itself, at once.</summary>
    public static IEnumerable<string> Faults(ParseResult parsed, TrainingOptions options, Architecture architecture)
    {
        foreach (var fault in options.Faults())
            yield return fault;
        if (options.Freeze != Freezing.None && !IsFineTuning(parsed))
            yield return "--freeze keeps weights as they are, and without --init they are random";
        if (options.ZeroGamma && IsFineTuning(parsed))
            yield return "--zero-gamma is for networks that begin untrained, and --init gives trained weights";
        if (options.ZeroGamma && !Architectures.Initialization.HasZeroGamma(architecture))
            yield return $"--zero-gamma is for blocks that end in BatchNorm and have a shortcut, and {architecture.Name} has none";
        if (InputSize(parsed) is < MinSize or > MaxSize)
            yield return $"--size is {InputSize(parsed)}; it must be {MinSize} to {MaxSize}";
        if (parsed.GetValue(Threads) is < 1 or > MaxThreads)
            yield return $"--threads is {parsed.GetValue(Threads)}; it must be 1 to {MaxThreads}";
        if (parsed.GetValue(Decoders) is < 1 or > MaxThreads)
            yield return $"--decoders is {parsed.GetValue(Decoders)}; it must be 1 to {MaxThreads}";
    }

    private static bool IsFineTuning(ParseResult parsed) => parsed.GetValue(Init) is not null;

    private static Option<int?> Whole(string name, string description) => new(name) { Description = description, HelpName = "N", CustomParser = result => Numbers.Whole(result) };

    private static Option<double?> Decimal(string name, string description) => new(name) { Description = description, HelpName = "X", CustomParser = result => Numbers.Decimal(result) };

    private static Option<string> Among(string name, string description, params string[] words)
    {
        var option = new Option<string>(name) { Description = description, HelpName = string.Join('|', words) };
        return option.AcceptOnlyFromAmong(words);
    }

    /// <summary>The words are the names of the enumeration's values in the command line's spelling.</summary>
    private static T Word<T>(ParseResult parsed, Option<string> option, T otherwise)
        where T : struct, Enum => parsed.GetValue(option) is { } word ? Enum.Parse<T>(word.Replace("-", "", StringComparison.Ordinal), ignoreCase: true) : otherwise;
}
