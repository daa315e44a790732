namespace ResNetService.Modeling.Experiments;

/// <summary>What the command line asks of an experiment.</summary>
internal sealed record ExperimentOptions
{
    /// <summary>A folder with train/ and test/ of class folders; null for an experiment that does without images.</summary>
    public string? Data { get; init; }

    /// <summary>Where CSV, plots and page go. Made where it does not exist.</summary>
    public required string Output { get; init; }

    /// <summary>Holds a folder ARCH of each trained network.</summary>
    public required string Runs { get; init; }

    /// <summary>Networks in place of those that the experiment has; empty for its own.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];

    /// <summary>The setting that takes hours, in place of the one that takes minutes.</summary>
    public bool IsFull { get; init; }

    /// <summary>Passes over the training images in place of the setting's.</summary>
    public int? Epochs { get; init; }

    /// <summary>Of every random decision.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>That repeats the experiment, for the page.</summary>
    public required string Command { get; init; }
}
