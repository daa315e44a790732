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
    private readonly Action[] _runsWithFeatures;
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
            Output = Floats(host.Logits);
            Features = host.Features is { } features ? Floats(features) : default;
            Input.Span.Clear();
            var device = captures is null ? null : Allocate(TensorPlace.Device);
            _runs = Runs(host with { Features = null }, device is null ? null : device with { Features = null }, captures);
            _runsWithFeatures = host.Features is null ? _runs : Runs(host, device, captures);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Memory<byte> Input { get; }

    public ReadOnlyMemory<float> Output { get; }

    public ReadOnlyMemory<float> Features { get; }

    public IReadOnlyList<int> WarmUpSizes => _buckets.Sizes;

    public void Run(int images, bool shares = false, bool features = false) =>
        (features ? _runsWithFeatures : _runs)[_buckets.IndexFor(images)]();

    public void Dispose()
    {
        while (_owned.TryPop(out var last))
            last.Dispose();
    }

    private Action[] Runs(Batch host, Batch? device, CaptureThread? captures) =>
        [.. _buckets.Sizes.Select(size => captures is null ? Prepare(First(host, size)) : Capture(First(host, size), First(device!, size), captures))];

    private Action Prepare(Batch batch) => Own(_graph.Prepare(InputOf(batch), OutputsOf(batch))).Run;

    private Action Capture(Batch host, Batch device, CaptureThread captures)
    {
        var run = Own(_graph.Bind(InputOf(device), OutputsOf(device), captures.NextGraphId()));
        return () => captures.Invoke(CopyRunCopy);

        void CopyRunCopy()
        {
            _graph.Copy(host.Input, device.Input);
            run.Run();
            _graph.Copy(device.Logits, host.Logits);
            if (device.Features is not null)
                _graph.Copy(device.Features, host.Features!);
        }
    }

    private Batch Allocate(TensorPlace place)
    {
        var type = _graph.Signature.Inputs.First(input => input.Name == _layout.Input).Type!.Value;
        return new(
            Own(_graph.Allocate(place, type, InputShape(_layout.Capacity))),
            Own(_graph.Allocate(place, InputType.Float32, LogitsShape(_layout.Capacity))),
            _layout.Features is null ? null : Own(_graph.Allocate(place, InputType.Float32, FeaturesShape(_layout.Capacity))));
    }

    private Batch First(Batch whole, int images) => new(
        Own(_graph.View(whole.Input, InputShape(images))),
        Own(_graph.View(whole.Logits, LogitsShape(images))),
        whole.Features is null ? null : Own(_graph.View(whole.Features, FeaturesShape(images))));

    private NamedTensor InputOf(Batch batch) => new(_layout.Input, batch.Input);

    private NamedTensor[] OutputsOf(Batch batch) =>
        batch.Features is null ? [new(_layout.Output, batch.Logits)] : [new(_layout.Output, batch.Logits), new(_layout.Features!.Name, batch.Features)];

    private long[] InputShape(int images) => [images, .. _layout.ImageShape];

    private long[] LogitsShape(int images) => [images, _layout.OutputLength];

    private long[] FeaturesShape(int images) => [images, _layout.Features!.Shape.Channels, _layout.Features.Shape.Rows, _layout.Features.Shape.Columns];

    private static Memory<float> Floats(ITensor tensor) => new NativeMemory<float>(tensor.Address, tensor.ByteLength / sizeof(float)).Memory;

    private T Own<T>(T part)
        where T : IDisposable
    {
        _owned.Push(part);
        return part;
    }

    /// <param name="Features">Null where they are not read.</param>
    private sealed record Batch(ITensor Input, ITensor Logits, ITensor? Features);
}
