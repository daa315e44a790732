using ResNetService.Imaging;
using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Batching;

/// <summary>
/// Turns single images into batched runs of one model. Every admitted image is answered exactly once: with logits, with its own
/// error, or by cancellation; one bad image harms no neighbour.
/// </summary>
internal interface IBatcher : IAsyncDisposable
{
    /// <summary>Whether one image more would be admitted now: a hint, for those who have not read the images yet.</summary>
    /// <exception cref="ServiceException">The queue is full, or the model is stopping.</exception>
    void EnsureRoom();

    /// <summary>Admits all images or none, at once; then waits for their results.</summary>
    /// <param name="images">Encoded files; they must stay valid until the task ends.</param>
    /// <param name="cancellationToken">The caller has gone: images are dropped before they cost a decode or a run, and give their places free.</param>
    /// <returns>One result an image, in order.</returns>
    /// <exception cref="ServiceException">The queue is full, or the model is stopping.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone, and no image is in use any more.</exception>
    Task<IReadOnlyList<BatchedImage>> RunAsync(IReadOnlyList<ReadOnlyMemory<byte>> images, CancellationToken cancellationToken);
}

/// <summary>What became of one image.</summary>
/// <param name="Logits">One a class; empty where <paramref name="Error"/> is set.</param>
/// <param name="Size">After orientation; zero where the image could not be decoded.</param>
internal sealed record BatchedImage(ReadOnlyMemory<float> Logits, ImageSize Size, ServiceError? Error, ImageTimings Timings);

/// <param name="Decode">From the file's bytes to the network's input.</param>
/// <param name="Queue">Waiting for a decoder and for a run.</param>
/// <param name="Inference">The run of its batch.</param>
internal readonly record struct ImageTimings(TimeSpan Decode, TimeSpan Queue, TimeSpan Inference);
