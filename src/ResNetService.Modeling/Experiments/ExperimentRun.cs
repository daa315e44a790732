namespace ResNetService.Modeling.Experiments;

/// <summary>Shows how far a part of an experiment has come.</summary>
internal interface IExperimentProgress
{
    /// <param name="title">What is being done.</param>
    /// <param name="total">The number that the work reports at its end.</param>
    T Show<T>(string title, int total, Func<IProgress<int>, T> work);

    /// <summary>A line about what is done.</summary>
    void Say(string line);
}

/// <summary>What an experiment is given: its options, and its surroundings.</summary>
internal sealed record ExperimentRun(ExperimentOptions Options, IExperimentProgress Progress, TimeProvider Time, CancellationToken CancellationToken)
{
    /// <summary>A file of the output folder.</summary>
    public string PathOf(string name) => Path.Combine(Options.Output, name);
}
