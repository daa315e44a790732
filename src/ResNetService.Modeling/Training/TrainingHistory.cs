using System.Globalization;
using ResNetService.Modeling.Tables;

namespace ResNetService.Modeling.Training;

/// <summary>What an epoch did. Accuracies are fractions, losses are means over images. "Test" says the validation images where there are some.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="LearningRate">At the epoch's last step.</param>
/// <param name="TrainLoss">Over the epoch's steps, each with the weights that it found; so is <paramref name="TrainTop1"/>.</param>
/// <param name="TestLoss">After the epoch.</param>
/// <param name="Seconds">Wall time, with the test.</param>
/// <param name="ImagesPerSecond">Training images over <paramref name="Seconds"/>.</param>
internal sealed record EpochResult(
    int Epoch, double LearningRate, double TrainLoss, double TrainTop1, double TestLoss, double TestTop1, double TestTop5, double Seconds, double ImagesPerSecond);

/// <summary>The epochs of a run as CSV, one line each.</summary>
internal static class TrainingHistory
{
    public const string Header = "epoch,learning_rate,train_loss,train_top1,test_loss,test_top1,test_top5,seconds,images_per_second";

    /// <summary>Rewrites the file whole, under another name at first, so that it never ends in half a line.</summary>
    public static void Write(string path, IEnumerable<EpochResult> epochs) => WholeFile.Write(path, epochs.Select(Line).Prepend(Header));

    private static string Line(EpochResult e) => string.Create(
        CultureInfo.InvariantCulture,
        $"{e.Epoch},{e.LearningRate:R},{e.TrainLoss:R},{e.TrainTop1:R},{e.TestLoss:R},{e.TestTop1:R},{e.TestTop5:R},{e.Seconds:F1},{e.ImagesPerSecond:F0}");
}
