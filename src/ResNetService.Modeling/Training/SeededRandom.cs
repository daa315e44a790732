namespace ResNetService.Modeling.Training;

/// <summary>
/// Random numbers as a function of seed, epoch and image. No generator runs on from one decision to the next, so that a resumed
/// run makes the same decisions without any generator's state having to be saved.
/// </summary>
internal static class SeededRandom
{
    /// <summary>For decisions about an epoch as a whole, in place of an image.</summary>
    public const int WholeEpoch = -1;

    /// <summary>For decisions about a run as a whole, in place of an epoch.</summary>
    public const int WholeRun = -1;

    /// <param name="epoch">From 0, or <see cref="WholeRun"/>.</param>
    /// <param name="image">Index in the data set, or <see cref="WholeEpoch"/>.</param>
    public static Random For(int seed, int epoch, int image) => new(Mix(seed, epoch, image));

    /// <summary>A seed for libtorch's own generator, from which dropout draws in a step.</summary>
    /// <param name="step">Of the epoch, from 0.</param>
    public static long OfStep(int seed, int epoch, int step) => Mix(seed, epoch, WholeEpoch - 1 - step);

    /// <summary>splitmix64's finalizer over the three numbers: near seeds give unrelated generators.</summary>
    private static int Mix(int seed, int epoch, int image)
    {
        var z = ((ulong)(uint)seed * 0x9E3779B97F4A7C15) ^ ((ulong)(uint)epoch * 0xBF58476D1CE4E5B9) ^ ((ulong)(uint)image * 0x94D049BB133111EB);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)(z ^ (z >> 31));
    }
}
