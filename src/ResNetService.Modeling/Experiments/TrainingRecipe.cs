using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Experiments;

/// <summary>How an experiment trains its networks.</summary>
/// <param name="TrainImages">At most so many of the training images; null for all.</param>
/// <param name="TestImages">Likewise of the test images.</param>
internal sealed record TrainingRecipe(int? TrainImages, int? TestImages, TrainingOptions Options)
{
    /// <summary>Minutes on two cores for networks of 20 and 56 layers.</summary>
    public static TrainingRecipe Quick { get; } = new(5000, 2000, TrainingOptions.Step with { Epochs = 6 });

    /// <summary>The paper's 64,000 steps of 128 images (section 4.2), which are 164 passes over the 50,000.</summary>
    public static TrainingRecipe Full { get; } = new(null, null, TrainingOptions.Step with { Epochs = 164 });

    public static TrainingRecipe For(ExperimentOptions options)
    {
        var recipe = options.IsFull ? Full : Quick;
        return recipe with { Options = recipe.Options with { Epochs = options.Epochs ?? recipe.Options.Epochs, Seed = options.Seed } };
    }
}
