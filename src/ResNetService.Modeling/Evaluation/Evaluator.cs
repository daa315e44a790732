using ResNetService.Inference.Classification;

namespace ResNetService.Modeling.Evaluation;

/// <param name="Top1Correct">Images whose best class was right.</param>
/// <param name="Top5Correct">Images whose right class was among the best five.</param>
/// <param name="ImagesPerSecond">Wall time, from the file's bytes to the answer.</param>
internal sealed record EvaluationResult(int Images, int Top1Correct, int Top5Correct, double ImagesPerSecond);

/// <summary>Measures accuracy through the very pipeline that serves.</summary>
internal sealed class Evaluator(IImageClassifier classifier, TimeProvider time)
{
    /// <summary>Enough to keep decoding and running busy at once.</summary>
    private static readonly int Concurrency = 4 * Environment.ProcessorCount;

    /// <param name="completed">Told the number of images that have an answer, from one thread at a time.</param>
    /// <exception cref="EvaluationException">An image has no answer.</exception>
    public async Task<EvaluationResult> RunAsync(IReadOnlyList<LabelledImage> images, IProgress<int> completed, CancellationToken cancellationToken)
    {
        var (done, top1, top5) = (0, 0, 0);
        var gate = new Lock();
        var start = time.GetTimestamp();
        await Parallel.ForEachAsync(
            images,
            new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
            async (image, token) =>
            {
                var rank = await RankAsync(image, token);
                lock (gate)
                {
                    top1 += rank == 0 ? 1 : 0;
                    top5 += rank is >= 0 and < 5 ? 1 : 0;
                    completed.Report(++done);
                }
            });
        return new(images.Count, top1, top5, images.Count / time.GetElapsedTime(start).TotalSeconds);
    }

    /// <returns>Place of the right class among the best five, or -1.</returns>
    private async Task<int> RankAsync(LabelledImage image, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(image.Path, cancellationToken);
        var response = await classifier.ClassifyAsync(new ClassificationRequest([new EncodedImage(image.Path, bytes)]), cancellationToken);
        if (response.Results[0].Error is { } error)
            throw new EvaluationException($"{image.Path}: {error.Detail}");
        return response.Results[0].Predictions.Select(p => p.Index).ToList().IndexOf(image.ClassIndex);
    }
}
