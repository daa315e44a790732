namespace ResNetService.Modeling.Training;

internal enum ScheduleKind
{
    /// <summary>Linearly up for the first quarter, then half a cosine down to zero.</summary>
    OneCycle,

    /// <summary>Divided by 10 after half and after three quarters of the steps: the paper's 32k and 48k of 64k (section 4.2).</summary>
    Step,
}

/// <summary>The learning rate as a pure function of the step.</summary>
internal static class LearningRateSchedule
{
    private const double WarmUp = 0.25;

    /// <param name="highest">The schedule's highest rate.</param>
    /// <param name="step">From 0, below <paramref name="steps"/>.</param>
    /// <param name="steps">Of the whole run.</param>
    public static double At(ScheduleKind kind, double highest, long step, long steps) => kind switch
    {
        ScheduleKind.OneCycle => highest * OneCycle((step + 1.0) / steps),
        _ => highest * (2 * step < steps ? 1 : 4 * step < 3 * steps ? 0.1 : 0.01),
    };

    /// <param name="progress">Above 0, and 1 at the last step.</param>
    private static double OneCycle(double progress) => progress < WarmUp
        ? progress / WarmUp
        : 0.5 * (1 + Math.Cos(Math.PI * (progress - WarmUp) / (1 - WarmUp)));
}
