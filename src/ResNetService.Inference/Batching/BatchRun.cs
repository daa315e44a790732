using System.Runtime.InteropServices;
using ResNetService.Imaging;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Batching;

/// <summary>Assembles the batch's tensor and runs the graph on it. Used by one thread at a time.</summary>
internal sealed class BatchRun
{
    private readonly IExecutionSession _session;
    private readonly ModelManifest _manifest;
    private readonly int _pixelsLength;
    private readonly byte[] _input;

    /// <param name="maxBatchSize">The input tensor of so many images is made once, and pinned.</param>
    public BatchRun(IExecutionSession session, ModelManifest manifest, int maxBatchSize)
    {
        (_session, _manifest) = (session, manifest);
        var size = manifest.Preprocessing.InputSize;
        _pixelsLength = size * size * 3;
        _input = GC.AllocateUninitializedArray<byte>(checked(maxBatchSize * SlotLength), pinned: true);
    }

    private int SlotLength => _pixelsLength * (_manifest.Graph.InputType == InputType.Float32 ? sizeof(float) : 1);

    /// <returns>[images, classes], in the order of the items.</returns>
    /// <exception cref="ExecutionException">The run failed.</exception>
    public float[] Execute(IReadOnlyList<WorkItem> items)
    {
        for (var i = 0; i < items.Count; i++)
            Fill(items[i].Pixels, i);
        return Execute(items.Count);
    }

    /// <summary>A run on black images, so that the first real one is not the slow one.</summary>
    public void WarmUp(int images)
    {
        Array.Clear(_input);
        Execute(images);
    }

    private float[] Execute(int images)
    {
        var graph = _manifest.Graph;
        var side = (long)_manifest.Preprocessing.InputSize;
        long[] shape = graph.Layout == TensorLayout.Nhwc ? [images, side, side, 3] : [images, 3, side, side];
        var logits = new float[images * _manifest.Labels.Count];
        _session.Run(graph.Input, _input.AsMemory(0, images * SlotLength), shape, graph.Logits, logits);
        return logits;
    }

    private void Fill(ReadOnlySpan<byte> pixels, int slot)
    {
        var target = _input.AsSpan(slot * SlotLength, SlotLength);
        if (_manifest.Graph.InputType == InputType.UInt8)
            pixels[.._pixelsLength].CopyTo(target);
        else
            Normalizer.Normalize(pixels[.._pixelsLength], _manifest.Preprocessing, _manifest.Graph.Layout, MemoryMarshal.Cast<byte, float>(target));
    }
}
