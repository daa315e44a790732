using ResNetService.Inference.Batching;
using ResNetService.Inference.Execution;

namespace ResNetService.Inference.Tests.Batching;

/// <summary>A queue whose images are a few equal bytes, in ordinary memory.</summary>
internal static class QueueOfBytes
{
    private const int ImageBytes = 3;

    public static ImageQueue Create(int maxBatchSize, int capacity = 64, TimeSpan maxDelay = default, int runners = 1, int shares = 1)
    {
        var layout = new BatchLayout("image", [ImageBytes], ImageBytes, "logits", 1, maxBatchSize);
        var buffers = Enumerable.Range(0, runners + 1).Select(_ => new OpenBatch(new Memory(layout), layout)).ToArray();
        return new(new(maxBatchSize, maxDelay, shares), capacity, buffers);
    }

    /// <summary>What lies in the slots of a batch, slot by slot; each must be whole.</summary>
    public static byte[] Contents(Batch batch) => [.. Enumerable.Range(0, batch.Items.Count).Select(slot =>
    {
        var image = batch.Slots.Slot(slot).Span;
        Assert.Equal(-1, image.IndexOfAnyExcept(image[0]));
        return image[0];
    })];

    private sealed class Memory(BatchLayout layout) : IExecutionBuffer
    {
        public Memory<byte> Input { get; } = new byte[layout.Capacity * layout.ImageBytes];

        public ReadOnlyMemory<float> Output => throw new NotSupportedException();

        public IReadOnlyList<int> WarmUpSizes => [];

        public void Run(int images, bool shares, bool features) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
