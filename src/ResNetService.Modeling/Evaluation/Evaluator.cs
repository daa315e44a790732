namespace ResNetService.Modeling.Evaluation;

/// <param name="ImagesPerSecond">Wall time, from the file's bytes to the answer.</param>
internal sealed record EvaluationResult(EvaluationStatistics Statistics, double ImagesPerSecond);

/// <summary>Scores labelled images, a few at a time, and counts.</summary>
internal sealed class Evaluator(IImageScorer scorer, TimeProvider time)
{
    /// <param name="scored">Told of every image, in the order of the images, from one thread at a time; so the same images give the same sums to the bit.</param>
    /// <param name="completed">Told the number of images that have an answer.</param>
    /// <exception cref="EvaluationException">An image has no answer.</exception>
    public async Task<EvaluationResult> RunAsync(
        IReadOnlyList<LabelledImage> images, Action<ScoredImage> scored, IProgress<int> completed, CancellationToken cancellationToken)
    {
        var statistics = new EvaluationStatistics();
        var start = time.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var underWay = new Queue<Task<ScoredImage>>();
        try
        {
            foreach (var image in images)
            {
                if (underWay.Count == scorer.Concurrency)
                    Take(await underWay.Dequeue());
                underWay.Enqueue(Task.Run(() => scorer.ScoreAsync(image, stop.Token), stop.Token));
            }

            while (underWay.TryDequeue(out var next))
                Take(await next);
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)Task.WhenAll(underWay)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return new(statistics, statistics.Images / time.GetElapsedTime(start).TotalSeconds);

        void Take(ScoredImage image)
        {
            statistics.Add(image);
            scored(image);
            completed.Report(statistics.Images);
        }
    }
}
