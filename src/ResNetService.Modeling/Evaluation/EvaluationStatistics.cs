namespace ResNetService.Modeling.Evaluation;

/// <summary>What is counted while images are scored. Its size depends on classes, not on images.</summary>
internal sealed class EvaluationStatistics
{
    private readonly Dictionary<int, int> _top5Correct = [];
    private double _loss;

    public int Images { get; private set; }

    /// <summary>Images whose best class was right.</summary>
    public int Top1Correct { get; private set; }

    /// <summary>Images whose right class was among the best five.</summary>
    public int Top5Correct { get; private set; }

    /// <summary>Mean cross-entropy: -ln of the right class's probability. A probability that is 0 in float64 counts as the smallest above it, 744.4.</summary>
    public double Loss => _loss / Math.Max(1, Images);

    public Calibration Calibration { get; } = new();

    public ConfusionMatrix Confusion { get; } = new();

    /// <summary>Of the classes that have an image or were named for one, in ascending order.</summary>
    public IReadOnlyList<ClassStatistics> Classes
    {
        get
        {
            var images = Confusion.Entries.GroupBy(e => e.Actual).ToDictionary(g => g.Key, g => g.Sum(e => e.Images));
            var predicted = Confusion.Entries.GroupBy(e => e.Predicted).ToDictionary(g => g.Key, g => g.Sum(e => e.Images));
            return [.. Confusion.Classes.Select(index => new ClassStatistics(
                index, images.GetValueOrDefault(index), Confusion[index, index], _top5Correct.GetValueOrDefault(index), predicted.GetValueOrDefault(index)))];
        }
    }

    public void Add(ScoredImage scored)
    {
        var (actual, best) = (scored.Image.ClassIndex, scored.Best[0]);
        Images++;
        Top1Correct += scored.Rank == 0 ? 1 : 0;
        Top5Correct += scored.Rank >= 0 ? 1 : 0;
        _top5Correct[actual] = _top5Correct.GetValueOrDefault(actual) + (scored.Rank >= 0 ? 1 : 0);
        _loss -= Math.Log(Math.Max(scored.ClassProbability, double.Epsilon));
        Calibration.Add(best.Probability, scored.Rank == 0);
        Confusion.Add(actual, best.Index);
    }
}

/// <param name="Images">Of this class.</param>
/// <param name="Predicted">Images of any class whose best class was this one.</param>
internal sealed record ClassStatistics(int Index, int Images, int Top1Correct, int Top5Correct, int Predicted)
{
    /// <summary>Fraction of its images that were recognised (recall); null where it has none.</summary>
    public double? Top1 => Images == 0 ? null : (double)Top1Correct / Images;

    public double? Top5 => Images == 0 ? null : (double)Top5Correct / Images;

    /// <summary>Fraction of the images taken for this class that are of it; null where none was.</summary>
    public double? Precision => Predicted == 0 ? null : (double)Top1Correct / Predicted;
}
