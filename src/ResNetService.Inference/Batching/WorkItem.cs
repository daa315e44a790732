using System.Buffers;
using ResNetService.Imaging;
using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Batching;

/// <summary>
/// One admitted image on its way. Owned by the stage that holds it (admission, a decoder, the runner); it is completed exactly
/// once, and gives its pooled pixels back then.
/// </summary>
internal sealed class WorkItem(ReadOnlyMemory<byte> encoded, long admitted, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<BatchedImage> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[]? _pixels;
    private TimeSpan _queued, _decoding;

    public ReadOnlyMemory<byte> Encoded => encoded;

    public CancellationToken CancellationToken => cancellationToken;

    public Task<BatchedImage> Completion => _completion.Task;

    /// <summary>When it began to wait for the stage that comes next: a timestamp.</summary>
    public long WaitingSince { get; private set; } = admitted;

    public ImageSize Size { get; private set; }

    /// <summary>The network's input, 8-bit, and perhaps more; valid between <see cref="Decoded"/> and completion.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    public byte[] RentPixels(int length) => _pixels = ArrayPool<byte>.Shared.Rent(length);

    public void Dequeued(TimeSpan waited) => _queued += waited;

    public void Decoded(ImageSize size, TimeSpan elapsed, long now) => (Size, _decoding, WaitingSince) = (size, elapsed, now);

    public void Answer(ReadOnlyMemory<float> logits, TimeSpan inference) =>
        Complete(new BatchedImage(logits, Size, null, new(_decoding, _queued, inference)));

    public void Fail(ServiceError error) => Complete(new BatchedImage(default, Size, error, new(_decoding, _queued, TimeSpan.Zero)));

    public void Drop()
    {
        ReturnPixels();
        _completion.TrySetCanceled(cancellationToken);
    }

    private void Complete(BatchedImage result)
    {
        ReturnPixels();
        _completion.TrySetResult(result);
    }

    private void ReturnPixels()
    {
        if (_pixels is { } pixels)
            ArrayPool<byte>.Shared.Return(pixels);
        _pixels = null;
    }
}
