using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Tests.Models;

/// <summary>The real backend, while whose loads something happens to the files.</summary>
internal sealed class MeddlingBackend(Action<string> meddle) : IExecutionBackend
{
    private readonly IExecutionBackend _backend = ExecutionBackend.OnCpu();
    private int _loaded, _disposed;

    public int Loaded => Volatile.Read(ref _loaded);

    /// <summary>Of those that were loaded.</summary>
    public int Disposed => Volatile.Read(ref _disposed);

    public IExecutionSession Load(string graphPath, Precision precision)
    {
        var session = new Counted(_backend.Load(graphPath, precision), () => Interlocked.Increment(ref _disposed));
        Interlocked.Increment(ref _loaded);
        meddle(graphPath);
        return session;
    }

    private sealed class Counted(IExecutionSession session, Action onDispose) : IExecutionSession
    {
        public string Provider => session.Provider;

        public string Device => session.Device;

        public GraphSignature Signature => session.Signature;

        public int RunsAtOnce => session.RunsAtOnce;

        public bool DividesCores => session.DividesCores;

        public void Run(string inputName, Memory<byte> input, ReadOnlySpan<long> shape, params IReadOnlyList<OutputTensor> outputs) => session.Run(inputName, input, shape, outputs);

        public IReadOnlyList<IExecutionBuffer> CreateBuffers(BatchLayout layout, int count, int runs) => session.CreateBuffers(layout, count, runs);

        public void Dispose()
        {
            session.Dispose();
            onDispose();
        }
    }
}
