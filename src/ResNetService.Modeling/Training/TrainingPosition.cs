namespace ResNetService.Modeling.Training;

/// <summary>Where a run stands beside its tensors.</summary>
/// <param name="Epoch">The epoch that comes or goes on, from 0.</param>
/// <param name="Step">Steps of that epoch that are done.</param>
/// <param name="LossSum">Of that epoch's images so far.</param>
/// <param name="Correct">Of that epoch's images so far.</param>
/// <param name="Seconds">Spent on that epoch so far, interruptions left out.</param>
/// <param name="Plateaus">Of the validation error before that epoch.</param>
internal sealed record TrainingPosition(int Epoch, int Step, double LossSum, long Correct, double Seconds, int Plateaus)
{
    public static TrainingPosition StartOf(int epoch, int plateaus = 0) => new(epoch, 0, 0, 0, 0, plateaus);
}
