namespace ResNetService.Modeling.Tests.Training;

/// <summary>
/// Tests that train run alone: first weights come from TorchSharp's generator, of which a process has one, and runs that are compared
/// to the bit must find it untouched between seeding and drawing.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TrainingCollection
{
    public const string Name = "training";
}
