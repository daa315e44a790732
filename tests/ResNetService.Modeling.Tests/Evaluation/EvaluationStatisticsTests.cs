using ResNetService.Inference.Classification;
using ResNetService.Modeling.Evaluation;

namespace ResNetService.Modeling.Tests.Evaluation;

public sealed class EvaluationStatisticsTests
{
    /// <summary>Seven classes; class 0 has two images, 1 has two, 6 has one.</summary>
    private static EvaluationStatistics Counted()
    {
        var statistics = new EvaluationStatistics();
        statistics.Add(Scored(0, 0.5, 0, 1, 2, 3, 4));
        statistics.Add(Scored(0, 0.25, 1, 0, 2, 3, 4));
        statistics.Add(Scored(1, 0.8, 1, 0, 2, 3, 4));
        statistics.Add(Scored(1, 0.1, 5, 4, 3, 2, 1));
        statistics.Add(Scored(6, 0, 1, 2, 3, 4, 5));
        return statistics;
    }

    [Fact]
    public void Counts_FiveImages_AreTop1AndTop5()
    {
        var statistics = Counted();

        Assert.Equal((5, 2, 4), (statistics.Images, statistics.Top1Correct, statistics.Top5Correct));
    }

    [Fact]
    public void Loss_IsTheMeanCrossEntropy_AndFiniteWhereAProbabilityIsZero()
    {
        var expected = -(Math.Log(0.5) + Math.Log(0.25) + Math.Log(0.8) + Math.Log(0.1) + Math.Log(double.Epsilon)) / 5;

        Assert.Equal(expected, Counted().Loss, 12);
    }

    [Fact]
    public void Confusion_HasActualInRowsAndPredictedInColumns()
    {
        var confusion = Counted().Confusion;

        Assert.Equal([0, 1, 5, 6], confusion.Classes);
        Assert.Equal((1, 1, 0), (confusion[0, 0], confusion[0, 1], confusion[1, 0]));
        Assert.Equal((1, 1, 1), (confusion[1, 1], confusion[1, 5], confusion[6, 1]));
        Assert.Equal(5, confusion.Entries.Sum(entry => entry.Images));
    }

    [Fact]
    public void Classes_HaveRecallAndPrecision_OrNoneWithoutImages()
    {
        Assert.Equal(
            [
                new ClassStatistics(0, Images: 2, Top1Correct: 1, Top5Correct: 2, Predicted: 1),
                new ClassStatistics(1, Images: 2, Top1Correct: 1, Top5Correct: 2, Predicted: 3),
                new ClassStatistics(5, Images: 0, Top1Correct: 0, Top5Correct: 0, Predicted: 1),
                new ClassStatistics(6, Images: 1, Top1Correct: 0, Top5Correct: 0, Predicted: 0),
            ],
            Counted().Classes);
        Assert.Equal([(0.5, 1, 1), (0.5, 1, 1.0 / 3), (null, null, 0), (0, 0, (double?)null)], Counted().Classes.Select(c => (c.Top1, c.Top5, c.Precision)));
    }

    /// <param name="best">Indices, best first; the first has probability 0.9.</param>
    private static ScoredImage Scored(int actual, double probability, params int[] best) =>
        new(new($"{actual}.jpg", actual), [.. best.Select((index, place) => new Prediction(index, "", place == 0 ? 0.9 : 0.02))], probability);
}
