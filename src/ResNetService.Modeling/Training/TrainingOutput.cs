namespace ResNetService.Modeling.Training;

/// <summary>The directory of a run.</summary>
internal sealed record TrainingOutput(string Directory)
{
    /// <summary>The network at the run's end, or the best one so far where validation images choose, under torchvision's keys.</summary>
    public string Weights => Path.Combine(Directory, "weights.safetensors");

    /// <summary>Where the run stands; stays at its end, so that it is not overwritten by another.</summary>
    public string Checkpoint => Path.Combine(Directory, "checkpoint.safetensors");

    public string History => Path.Combine(Directory, "history.csv");

    /// <summary>The classes' names in the order of the logits, one a line.</summary>
    public string Classes => Path.Combine(Directory, "classes.txt");

    /// <summary>The images that were held out of the training images, one a line, where a part of those was.</summary>
    public string HeldOut => Path.Combine(Directory, "held-out.txt");

    /// <exception cref="TrainingException">There is no run to resume; or one that is not to be; or no directory can be there.</exception>
    public void Require(bool resume)
    {
        if (File.Exists(Directory))
            throw new TrainingException($"{Directory} is a file; a run needs a directory");
        if (resume && !File.Exists(Checkpoint))
            throw new TrainingException($"there is no checkpoint in {Directory} to resume from");
        if (!resume && (File.Exists(Checkpoint) || File.Exists(Weights)))
            throw new TrainingException($"{Directory} holds a run already; go on with --resume, or choose another --output");
    }
}
