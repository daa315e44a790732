using ResNetService.Inference.Execution.Native;

namespace ResNetService.Inference.Execution;

/// <summary>
/// A graph on the CPU. The threads of one run wait for each other at every layer, and of one that has lost its core to another run's thread for long;
/// so where cores are divided, runs that share them have a copy of the graph whose runs take no more threads than they have cores.
/// </summary>
internal sealed class CpuSession : IExecutionSession
{
    private readonly ILoadedGraph _graph;
    private readonly Func<int, ILoadedGraph>? _openShared;
    private readonly Dictionary<int, IExecutionSession> _shared = [];

    /// <param name="graph">Owned.</param>
    /// <param name="openShared">Opens the same graph for so many runs at once; null where all runs are alike.</param>
    public CpuSession(ILoadedGraph graph, int runsAtOnce, Func<int, ILoadedGraph>? openShared = null) =>
        (_graph, RunsAtOnce, _openShared) = (graph, runsAtOnce, openShared);

    public string Provider => "cpu";

    public string Device => $"CPU ({InstructionSet.Name})";

    public GraphSignature Signature => _graph.Signature;

    public int RunsAtOnce { get; }

    public bool DividesCores => _openShared is not null;

    public void Run(string inputName, Memory<byte> input, ReadOnlySpan<long> shape, params IReadOnlyList<OutputTensor> outputs) =>
        _graph.Run(inputName, input, shape, outputs);

    /// <remarks>There is one copy for each number of runs at once.</remarks>
    public IReadOnlyList<IExecutionBuffer> CreateBuffers(BatchLayout layout, int count, int runs)
    {
        IExecutionSession? shared = null;
        if (_openShared is not null && runs > 1)
        {
            if (!_shared.TryGetValue(runs, out shared))
                _shared.Add(runs, shared = new CpuSession(_openShared(runs), runs));
        }

        return [.. Enumerable.Range(0, count).Select(i => new HostBuffer(this, layout, warms: i == 0, shared))];
    }

    public void Dispose()
    {
        foreach (var shared in _shared.Values)
            shared.Dispose();
        _graph.Dispose();
    }
}
