using ResNetService.Inference.Execution.Native;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Execution.Cuda;

/// <summary>
/// A batch in page-locked memory of the host, which the GPU reads and writes by itself: decoders write it in place, and nothing is copied
/// on the CPU. A batch is run as the next larger of a few sizes; the rows beyond its images hold what they held, and nobody reads their answers.
/// While one buffer of a session is copied or filled, another runs.
/// </summary>
internal sealed class CudaBuffer : IExecutionBuffer
{
    private readonly ILoadedGraph _graph;
    private readonly BatchLayout _layout;
    private readonly BatchBuckets _buckets;
    private readonly Action[] _runs;
    private readonly Stack<IDisposable> _owned = new();

    /// <param name="captures">Null where runs are not captured as CUDA graphs.</param>
    /// <exception cref="ExecutionException">There is not as much memory.</exception>
    public CudaBuffer(ILoadedGraph graph, BatchLayout layout, CaptureThread? captures)
    {
        (_graph, _layout, _buckets) = (graph, layout, new(layout.Capacity));
        try
        {
            var host = Allocate(TensorPlace.Host);
            Input = new NativeMemory<byte>(host.Input.Address, host.Input.ByteLength).Memory;
            Output = new NativeMemory<float>(host.Output.Address, host.Output.ByteLength / sizeof(float)).Memory;
            Input.Span.Clear();
            _runs = captures is null ? Prepare(host) : Captured(host, Allocate(TensorPlace.Device), captures);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Memory<byte> Input { get; }

    public ReadOnlyMemory<float> Output { get; }

    public IReadOnlyList<int> WarmUpSizes => _buckets.Sizes;

    public void Run(int images, bool shares = false) => _runs[_buckets.IndexFor(images)]();

    public void Dispose()
    {
        while (_owned.TryPop(out var last))
            last.Dispose();
    }

    private Action[] Prepare(Batch host) =>
        [.. _buckets.Sizes.Select(size => First(host, size)).Select(batch => (Action)Own(_graph.Prepare(_layout.Input, batch.Input, _layout.Output, batch.Output)).Run)];

    private Action[] Captured(Batch host, Batch device, CaptureThread captures) =>
        [.. _buckets.Sizes.Select(size => Capture(First(host, size), First(device, size), captures))];

    private Action Capture(Batch host, Batch device, CaptureThread captures)
    {
        var run = Own(_graph.Bind(_layout.Input, device.Input, _layout.Output, device.Output, captures.NextGraphId()));
        return () => captures.Invoke(CopyRunCopy);

        void CopyRunCopy()
        {
            _graph.Copy(host.Input, device.Input);
            run.Run();
            _graph.Copy(device.Output, host.Output);
        }
    }

    private Batch Allocate(TensorPlace place)
    {
        var type = _graph.Signature.Inputs.First(input => input.Name == _layout.Input).Type!.Value;
        return new(
            Own(_graph.Allocate(place, type, InputShape(_layout.Capacity))),
            Own(_graph.Allocate(place, InputType.Float32, OutputShape(_layout.Capacity))));
    }

    private Batch First(Batch whole, int images) => new(
        Own(_graph.View(whole.Input, InputShape(images))),
        Own(_graph.View(whole.Output, OutputShape(images))));

    private long[] InputShape(int images) => [images, .. _layout.ImageShape];

    private long[] OutputShape(int images) => [images, _layout.OutputLength];

    private T Own<T>(T part)
        where T : IDisposable
    {
        _owned.Push(part);
        return part;
    }

    private sealed record Batch(ITensor Input, ITensor Output);
}
