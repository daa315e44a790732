using ResNetService.Modeling.Evaluation;

namespace ResNetService.Modeling.Quantization;

/// <param name="Top1">Fraction right, 0 to 1.</param>
/// <param name="Top5">Fraction with the right class among the best five.</param>
internal sealed record MeasuredAccuracy(double Top1, double Top5);

/// <summary>The answers of a quantized model beside those of the model that it was made of, both through the pipeline that serves.</summary>
/// <param name="Images">How many.</param>
/// <param name="Float32">Null where the images have no labels, as is <paramref name="Int8"/>.</param>
/// <param name="Agreement">Fraction of images with the same best class, 0 to 1.</param>
/// <param name="MeanChange">Of the probability of the float32 model's best class, over the images; 0 to 1.</param>
/// <param name="LargestChange">Of that probability on any image.</param>
internal sealed record ModelComparison(int Images, MeasuredAccuracy? Float32, MeasuredAccuracy? Int8, double Agreement, double MeanChange, double LargestChange)
{
    /// <summary>What was lost, in points: of top-1 where there are labels, else of agreement. Of whole images, so that one point of 200 is 1 and no more.</summary>
    public double Drop => 100 * Math.Round(Images * (Float32 is { } before && Int8 is { } after ? before.Top1 - after.Top1 : 1 - Agreement)) / Images;

    /// <param name="images">Their classes are the right ones if <paramref name="labelled"/>, and meaningless otherwise.</param>
    /// <param name="completed">Told the number of images that were scored by either model.</param>
    /// <exception cref="EvaluationException">An image has no answer.</exception>
    public static async Task<ModelComparison> MeasureAsync(
        string float32, string int8, IReadOnlyList<LabelledImage> images, bool labelled, IProgress<int> completed, CancellationToken cancellationToken)
    {
        var before = await ScoreAsync(float32, images, completed, 0, cancellationToken);
        // The class that the float32 model names stands for the right one, so that its probability in int8 is told.
        LabelledImage[] named = [.. before.Select(scored => scored.Image with { ClassIndex = scored.Best[0].Index })];
        var after = await ScoreAsync(int8, named, completed, images.Count, cancellationToken);

        double[] changes = [.. before.Zip(after, (b, a) => Math.Abs(a.ClassProbability - b.Best[0].Probability))];
        return new(
            images.Count,
            labelled ? Accuracy(images, before) : null,
            labelled ? Accuracy(images, after) : null,
            (double)after.Count(scored => scored.Rank == 0) / images.Count,
            changes.Average(),
            changes.Max());
    }

    private static async Task<List<ScoredImage>> ScoreAsync(
        string directory, IReadOnlyList<LabelledImage> images, IProgress<int> completed, int before, CancellationToken cancellationToken)
    {
        await using var scorer = await ImageScorer.OpenAsync(directory, Views.OneCrop);
        var scored = new List<ScoredImage>();
        await new Evaluator(scorer, TimeProvider.System).RunAsync(images, scored.Add, new Offset(completed, before), cancellationToken);
        return scored;
    }

    private static MeasuredAccuracy Accuracy(IReadOnlyList<LabelledImage> images, List<ScoredImage> answers)
    {
        var ranks = images.Zip(answers, (image, answer) => answer.Best.Select(prediction => prediction.Index).ToList().IndexOf(image.ClassIndex)).ToArray();
        return new((double)ranks.Count(rank => rank == 0) / images.Count, (double)ranks.Count(rank => rank >= 0) / images.Count);
    }

    private sealed class Offset(IProgress<int> progress, int start) : IProgress<int>
    {
        public void Report(int value) => progress.Report(start + value);
    }
}
