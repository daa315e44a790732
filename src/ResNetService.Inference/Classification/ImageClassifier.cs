using ResNetService.Inference.Batching;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Classification;

/// <summary>Finds the model, has its batcher compute the logits, and makes predictions of them.</summary>
internal sealed class ImageClassifier(IModelSource models, TimeProvider time) : IImageClassifier
{
    private const int DefaultTopK = 5;

    public void EnsureRoom(string? model) => models.FindInstance(model).Batcher.EnsureRoom();

    public async Task<ClassificationResponse> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        if (request.Images.Count == 0)
            throw new ServiceException(new(ErrorCode.InvalidRequest, "The request has no image; send one or more."));
        var instance = models.FindInstance(request.Model);
        var labels = instance.Model.Manifest.Labels;
        var topK = request.TopK ?? Math.Min(DefaultTopK, labels.Count);
        if (topK < 1 || topK > labels.Count)
            throw new ServiceException(new(ErrorCode.InvalidRequest, $"topK is {topK}; it must be 1 to {labels.Count}, the number of classes of {instance.Model.Name}."));

        var images = await RunAsync(instance, request, cancellationToken);
        var results = images.Select((image, i) => Result(request.Images[i].Name, image, labels, topK)).ToArray();
        return new(instance.Model, results, new(
            images.Max(image => image.Timings.Decode),
            images.Max(image => image.Timings.Queue),
            images.Max(image => image.Timings.Inference),
            time.GetElapsedTime(start)));
    }

    private async Task<IReadOnlyList<BatchedImage>> RunAsync(ModelInstance instance, ClassificationRequest request, CancellationToken cancellationToken)
    {
        var encoded = request.Images.Select(image => image.Data).ToArray();
        if (request.Deadline is not { } deadline)
            return await instance.Batcher.RunAsync(encoded, cancellationToken);

        if (deadline <= TimeSpan.Zero)
            throw Late(deadline);
        using var departure = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var timer = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), departure, deadline, Timeout.InfiniteTimeSpan);
        try
        {
            return await instance.Batcher.RunAsync(encoded, departure.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Late(deadline);
        }
    }

    private static ServiceException Late(TimeSpan deadline) => new(new(
        ErrorCode.DeadlineExceeded, $"The {Math.Max(deadline.TotalMilliseconds, 0):F0} ms that were left for the images are over; send fewer at once, or give more time."));

    private static ImageResult Result(string? name, BatchedImage image, IReadOnlyList<Label> labels, int topK)
    {
        if (image.Error is { } error)
            return new(name, image.Size.Width, image.Size.Height, [], error);

        var logits = image.Logits.Span;
        var probabilities = new double[logits.Length];
        if (!Softmax.TryCompute(logits, probabilities))
        {
            return new(name, image.Size.Width, image.Size.Height, [], new(
                ErrorCode.Internal, "The network's output for this image is not a number; the model is damaged, or its manifest describes another one."));
        }

        var best = new int[topK];
        TopK.Select(logits, best);
        return new(
            name,
            image.Size.Width,
            image.Size.Height,
            [.. best.Select(index => new Prediction(index, labels[index].Name, probabilities[index]))],
            null);
    }
}
