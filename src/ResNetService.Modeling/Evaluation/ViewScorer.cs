using ResNetService.Imaging;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Onnx;

namespace ResNetService.Modeling.Evaluation;

/// <summary>
/// Several views of each image, with mirror images: decoded and resampled by the code that serves, run by the same runtime, one batch for the
/// views of one size. The score of a class is the mean of its probabilities (softmax). Owns the session.
/// </summary>
/// <param name="views">The views of an image of that size.</param>
/// <param name="mirrored">Whether the mirror image of each view counts too.</param>
internal sealed class ViewScorer(
    IExecutionSession session, ModelManifest manifest, Func<ImageSize, IReadOnlyList<View>> views, bool mirrored = true) : IImageScorer
{
    private static readonly ImageDecoder Decoder = new(new ImageLimits(), new DecodeOptions());

    private readonly ImagePreprocessor _preprocessor = new(manifest.Preprocessing, Decoder);

    public ModelManifest Manifest => manifest;

    public string Provider => session.Provider;

    public int Concurrency => Environment.ProcessorCount;

    public async Task<ScoredImage> ScoreAsync(LabelledImage image, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(image.Path, cancellationToken);
        try
        {
            var scores = Scores(bytes, cancellationToken);
            // Stable: of equal scores the lower index first, as the service has it.
            var best = Enumerable.Range(0, scores.Length).OrderByDescending(index => scores[index]).Take(ScoredImage.MostNamed);
            return new(image, [.. best.Select(index => new Prediction(index, manifest.Labels[index].Name, scores[index]))], scores[image.ClassIndex]);
        }
        catch (Exception e) when (e is ImageException or ExecutionException)
        {
            throw new EvaluationException($"{image.Path}: {e.Message}");
        }
    }

    public ValueTask DisposeAsync()
    {
        session.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>One a class; they add up to 1.</summary>
    private double[] Scores(byte[] encoded, CancellationToken cancellationToken)
    {
        using var image = Decoder.Decode(encoded);
        var all = views(new(image.Width, image.Height));
        var scores = new double[manifest.Labels.Count];
        foreach (var batch in all.GroupBy(view => (view.Window.Width, view.Window.Height)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Add([.. batch], image, scores);
        }

        var weight = all.Sum(view => view.Weight) * (mirrored ? 2 : 1);
        for (var i = 0; i < scores.Length; i++)
            scores[i] /= weight;
        return scores;
    }

    private void Add(View[] batch, RgbImage image, double[] scores)
    {
        var (width, height, copies) = (batch[0].Window.Width, batch[0].Window.Height, mirrored ? 2 : 1);
        var length = width * height * 3;
        var pixels = new byte[batch.Length * copies * length];
        for (var i = 0; i < batch.Length; i++)
        {
            var view = pixels.AsSpan(i * copies * length, length);
            _preprocessor.Preprocess(image, batch[i].Resize, batch[i].Window, view);
            if (mirrored)
                Mirror(view, width, pixels.AsSpan(((i * copies) + 1) * length, length));
        }

        var logits = GraphRun.Logits(session, manifest, pixels, batch.Length * copies, height, width);
        var probabilities = new double[scores.Length];
        for (var i = 0; i < batch.Length * copies; i++)
        {
            if (!Softmax.TryCompute(logits.AsSpan(i * scores.Length, scores.Length), probabilities))
                throw new ExecutionException("the network's output for this image is not a number");
            for (var index = 0; index < scores.Length; index++)
                scores[index] += batch[i / copies].Weight * probabilities[index];
        }
    }

    /// <summary>Each row's pixels in reverse order.</summary>
    private static void Mirror(ReadOnlySpan<byte> pixels, int width, Span<byte> destination)
    {
        for (var start = 0; start < pixels.Length; start += width * 3)
        {
            for (var x = 0; x < width; x++)
                pixels.Slice(start + (x * 3), 3).CopyTo(destination[(start + ((width - 1 - x) * 3))..]);
        }
    }
}
