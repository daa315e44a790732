using Microsoft.Extensions.DependencyInjection.Extensions;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;

namespace ResNetService.Api.Tests;

/// <summary>The real backend, whose runs wait while the gate is closed: a busy service that stays as busy as a test needs it.</summary>
internal sealed class GatedBackend : IExecutionBackend, IDisposable
{
    private readonly ManualResetEventSlim _gate = new(initialState: true);
    private readonly SemaphoreSlim _waiting = new(0);
    private IExecutionBackend? _backend;
    private int _runs;

    public void Replace(IServiceCollection services)
    {
        var real = services.Single(service => service.ServiceType == typeof(IExecutionBackend)).ImplementationType!;
        services.Replace(ServiceDescriptor.Singleton<IExecutionBackend>(provider =>
        {
            _backend = (IExecutionBackend)ActivatorUtilities.CreateInstance(provider, real);
            return this;
        }));
    }

    public IExecutionSession Load(string graphPath, Precision precision) => new Session(this, _backend!.Load(graphPath, precision));

    /// <summary>Runs since the gate was closed, those that wait at it not among them.</summary>
    public int Runs => _runs;

    public void Close()
    {
        _runs = 0;
        _gate.Reset();
    }

    public void Open() => _gate.Set();

    /// <summary>Ends when a run waits at the closed gate.</summary>
    public Task RunWaitsAsync() => _waiting.WaitAsync(TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _gate.Dispose();
        _waiting.Dispose();
    }

    private sealed class Session(GatedBackend backend, IExecutionSession session) : IExecutionSession
    {
        public string Provider => session.Provider;

        public GraphSignature Signature => session.Signature;

        public void Run(string inputName, Memory<byte> input, ReadOnlySpan<long> shape, params IReadOnlyList<OutputTensor> outputs)
        {
            if (!backend._gate.IsSet)
                backend._waiting.Release();
            backend._gate.Wait();
            Interlocked.Increment(ref backend._runs);
            session.Run(inputName, input, shape, outputs);
        }

        public void Dispose() => session.Dispose();
    }
}
