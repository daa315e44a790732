using ResNetService.Inference.Execution.Native;

namespace ResNetService.Inference.Execution;

/// <summary>
/// A graph on the CPU. The threads of one run wait for each other at every layer, and of one that has lost its core to another run's thread for long;
/// so where cores are divided, runs that share them have a copy of the graph whose runs take one thread each.
/// </summary>
internal sealed class CpuSession : IExecutionSession
{
    private readonly ILoadedGraph _graph;
    private readonly Lazy<IExecutionSession>? _singleThreaded;
    private bool _hasBuffer;

    /// <param name="graph">Owned.</param>
    /// <param name="openSingleThreaded">Opens the same graph for runs of one thread, when the first is asked for; null where all runs are alike.</param>
    public CpuSession(ILoadedGraph graph, int runsAtOnce, Func<ILoadedGraph>? openSingleThreaded = null)
    {
        (_graph, RunsAtOnce) = (graph, runsAtOnce);
        if (openSingleThreaded is not null)
            _singleThreaded = new(() => new CpuSession(openSingleThreaded(), runsAtOnce));
    }

    public string Provider => "cpu";

    public string Device => $"CPU ({InstructionSet.Name})";

    public GraphSignature Signature => _graph.Signature;

    public int RunsAtOnce { get; }

    public bool DividesCores => _singleThreaded is not null;

    public void Run(string inputName, Memory<byte> input, ReadOnlySpan<long> shape, string outputName, Memory<float> output) =>
        _graph.Run(inputName, input, shape, outputName, output);

    public IExecutionBuffer CreateBuffer(BatchLayout layout)
    {
        var isFirst = !_hasBuffer;
        _hasBuffer = true;
        return new HostBuffer(this, layout, _singleThreaded, isFirst);
    }

    public void Dispose()
    {
        if (_singleThreaded is { IsValueCreated: true })
            _singleThreaded.Value.Dispose();
        _graph.Dispose();
    }
}
