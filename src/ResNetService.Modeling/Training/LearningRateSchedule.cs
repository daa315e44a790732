namespace ResNetService.Modeling.Training;

internal enum ScheduleKind
{
    /// <summary>Linearly up for the first quarter, then half a cosine down to zero.</summary>
    OneCycle,

    /// <summary>Divided by 10 after half and after three quarters of the steps: the paper's 32k and 48k of 64k (section 4.2).</summary>
    Step,

    /// <summary>Divided by 10 "when the error plateaus" (section 3.4).</summary>
    Plateau,
}

/// <summary>The learning rate as a pure function of the step and, with <see cref="ScheduleKind.Plateau"/>, of the epochs that are done.</summary>
internal static class LearningRateSchedule
{
    /// <summary>Epochs without a lower validation error that make a plateau; the paper gives no number.</summary>
    public const int PlateauEpochs = 5;

    private const double Rise = 0.25;
    private const double WarmUpFactor = 0.1;

    /// <param name="step">From 0, below <paramref name="steps"/>.</param>
    /// <param name="steps">Of the whole run.</param>
    /// <param name="plateaus">That have been met so far.</param>
    public static double At(TrainingOptions options, long step, long steps, int plateaus)
    {
        var rate = options.LearningRate * options.Schedule switch
        {
            ScheduleKind.OneCycle => OneCycle((step + 1.0) / steps),
            ScheduleKind.Step => 2 * step < steps ? 1 : 4 * step < 3 * steps ? 0.1 : 0.01,
            _ => Math.Pow(10, -plateaus),
        };
        return step < options.WarmUp ? WarmUpFactor * rate : rate;
    }

    /// <summary>How often the validation error has not fallen for <see cref="PlateauEpochs"/> epochs in a row.</summary>
    public static int Plateaus(IEnumerable<EpochResult> history)
    {
        var (lowest, waited, plateaus) = (double.PositiveInfinity, 0, 0);
        foreach (var error in history.Select(epoch => 1 - epoch.TestTop1))
        {
            waited = error < lowest ? 0 : waited + 1;
            lowest = Math.Min(lowest, error);
            if (waited == PlateauEpochs)
                (waited, plateaus) = (0, plateaus + 1);
        }

        return plateaus;
    }

    /// <param name="progress">Above 0, and 1 at the last step.</param>
    private static double OneCycle(double progress) => progress < Rise
        ? progress / Rise
        : 0.5 * (1 + Math.Cos(Math.PI * (progress - Rise) / (1 - Rise)));
}
