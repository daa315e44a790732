using ResNetService.Inference.Execution.Native;

namespace ResNetService.Inference.Execution.Cuda;

/// <summary>A graph on a GPU. Owns it.</summary>
internal sealed class CudaSession : IExecutionSession
{
    private readonly ILoadedGraph _graph;
    private readonly CaptureThread? _captures;

    public CudaSession(ILoadedGraph graph, CudaSettings settings)
    {
        (_graph, Device) = (graph, settings.DeviceName);
        if (settings.Captures)
            _captures = new();
    }

    public string Provider => "cuda";

    public string Device { get; }

    public GraphSignature Signature => _graph.Signature;

    /// <summary>One is copied while the other computes.</summary>
    public int RunsAtOnce => 2;

    public void Run(string inputName, Memory<byte> input, ReadOnlySpan<long> shape, params IReadOnlyList<OutputTensor> outputs)
    {
        if (_captures is null)
        {
            _graph.Run(inputName, input, shape, outputs);
            return;
        }

        var copy = shape.ToArray();
        _captures.Invoke(() => _graph.Run(inputName, input, copy, outputs));
    }

    public IReadOnlyList<IExecutionBuffer> CreateBuffers(BatchLayout layout, int count, int runs)
    {
        var buffers = new List<IExecutionBuffer>(count);
        try
        {
            while (buffers.Count < count)
                buffers.Add(new CudaBuffer(_graph, layout, _captures));
            return buffers;
        }
        catch
        {
            buffers.ForEach(buffer => buffer.Dispose());
            throw;
        }
    }

    public void Dispose()
    {
        _captures?.Dispose();
        _graph.Dispose();
    }
}
