using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Experiments;

/// <summary>How an experiment trains its networks.</summary>
/// <param name="TrainImages">At most so many of the training images; null for all.</param>
/// <param name="TestImages">Likewise of the test images.</param>
internal sealed record TrainingRecipe(int? TrainImages, int? TestImages, TrainingOptions Options)
{
    /// <summary>Minutes on two cores for networks of 20 and 56 layers.</summary>
    public static TrainingRecipe Quick { get; } = new(5000, 2000, TrainingOptions.PaperCifar with { Iterations = null, Epochs = 6 });

    /// <summary>The paper's 64,000 steps of 128 images (section 4.2), which are 164 passes over the 50,000.</summary>
    public static TrainingRecipe Full { get; } = new(null, null, TrainingOptions.PaperCifar);

    public static TrainingRecipe For(ExperimentOptions options)
    {
        var recipe = options.IsFull ? Full : Quick;
        var trained = options.Epochs is { } epochs ? recipe.Options with { Iterations = null, Epochs = epochs } : recipe.Options;
        return recipe with { Options = trained with { Seed = options.Seed } };
    }

    /// <summary>For one network: the paper's deepest warm up, where they are trained for as long as the paper does.</summary>
    public static TrainingOptions For(Architecture architecture, TrainingOptions options) => options.Iterations == TrainingOptions.PaperCifar.Iterations
        ? options with { WarmUp = TrainingOptions.PaperCifar.For(architecture).WarmUp }
        : options;
}
