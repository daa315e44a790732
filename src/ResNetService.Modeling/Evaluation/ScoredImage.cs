using ResNetService.Inference.Classification;

namespace ResNetService.Modeling.Evaluation;

/// <summary>What a model makes of a labelled image.</summary>
/// <param name="Best">The best five classes, or all where there are fewer, best first.</param>
/// <param name="ClassProbability">Of the class that is right.</param>
internal sealed record ScoredImage(LabelledImage Image, IReadOnlyList<Prediction> Best, double ClassProbability)
{
    /// <summary>How many classes an answer may name to count as right among the best ("top-5").</summary>
    public const int MostNamed = 5;

    /// <summary>Place of the right class among <see cref="Best"/>, from 0; -1 where it is none of them.</summary>
    public int Rank { get; } = Best.Select(prediction => prediction.Index).ToList().IndexOf(Image.ClassIndex);
}
