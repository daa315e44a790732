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

    /// <summary>Whether runs were given up that have not come back: they may still read and write the memory of the session.</summary>
    bool HasLostRuns { get; }

    /// <summary>Whether so many runs hang that none is answered any more.</summary>
    bool IsStuck { get; }

    /// <summary>What there is to do now.</summary>
    BatcherLoad Load { get; }

    /// <summary>Admits all images or none, at once; then waits for their results.</summary>
    /// <param name="images">Their memory must stay valid until the task ends.</param>
    /// <param name="reading">What is wanted of each image's features; null for the logits alone. The model must have features.</param>
    /// <param name="left">Time that there is for an answer; null for no end. What would be answered too late, by the rate of late, is refused at once.</param>
    /// <param name="cancellationToken">The caller has gone: images are dropped before they cost a decode or a run, and give their places free.</param>
    /// <returns>One result an image, in order.</returns>
    /// <exception cref="ServiceException">The queue is full or too long for the time that is left, or the model is stopping.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone, and no image is in use any more.</exception>
    Task<IReadOnlyList<BatchedImage>> RunAsync(IReadOnlyList<NetworkInput> images, FeatureReading? reading, TimeSpan? left, CancellationToken cancellationToken);
}

/// <param name="Held">Images that have come and not been answered.</param>
/// <param name="Capacity">The most that are held.</param>
/// <param name="Running">Batches that run now.</param>
/// <param name="Batches">Runs so far, those that failed among them.</param>
/// <param name="Waiting">Of those that are held, the images that wait for a decoder or for a run.</param>
internal readonly record struct BatcherLoad(int Held, int Capacity, int Running, long Batches, int Waiting = 0);

/// <summary>One image on its way into a network.</summary>
/// <param name="IsTensor">Whether it is the network's input already, exactly as long as one image of it, and not an encoded file.</param>
public readonly record struct NetworkInput(ReadOnlyMemory<byte> Data, bool IsTensor = false);

/// <summary>
/// Makes of an image's features what its caller wants, while they are in the buffer of the batch: they are large, and the next batch overwrites them.
/// Runs on the thread that runs batches, so it must be short.
/// </summary>
/// <param name="logits">One a class.</param>
/// <param name="features">[channels, rows, columns].</param>
internal delegate float[] FeatureReading(ReadOnlySpan<float> logits, ReadOnlySpan<float> features);

/// <summary>What became of one image.</summary>
/// <param name="Logits">One a class; empty where <paramref name="Error"/> is set.</param>
/// <param name="Reading">Of its features; empty where none was asked for.</param>
/// <param name="Size">After orientation; zero where the image could not be decoded, or was a tensor.</param>
internal sealed record BatchedImage(ReadOnlyMemory<float> Logits, ReadOnlyMemory<float> Reading, ImageSize Size, ServiceError? Error, ImageTimings Timings);

/// <param name="Decode">From the file's bytes to the network's input.</param>
/// <param name="Queue">Waiting for a decoder and for a run.</param>
/// <param name="Inference">The run of its batch.</param>
internal readonly record struct ImageTimings(TimeSpan Decode, TimeSpan Queue, TimeSpan Inference);
