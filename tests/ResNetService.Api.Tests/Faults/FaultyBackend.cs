using Microsoft.Extensions.DependencyInjection.Extensions;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;

namespace ResNetService.Api.Tests.Faults;

/// <summary>The real backend, whose runs and loads go wrong when a test wants them to.</summary>
internal sealed class FaultyBackend : IExecutionBackend
{
    private IExecutionBackend? _backend;

    /// <summary>What happens in place of a run, or before it; null for nothing.</summary>
    public Action? OnRun { get; set; }

    /// <summary>What happens before a graph is loaded, by its path; null for nothing.</summary>
    public Action<string>? OnLoad { get; set; }

    /// <summary>What happens when a graph is let go; null for nothing.</summary>
    public Action? OnEnd { get; set; }

    public void Replace(IServiceCollection services)
    {
        var real = services.Single(service => service.ServiceType == typeof(IExecutionBackend)).ImplementationType!;
        services.Replace(ServiceDescriptor.Singleton<IExecutionBackend>(provider =>
        {
            _backend = (IExecutionBackend)ActivatorUtilities.CreateInstance(provider, real);
            return this;
        }));
    }

    public IExecutionSession Load(string graphPath, Precision precision)
    {
        OnLoad?.Invoke(graphPath);
        return new Session(this, _backend!.Load(graphPath, precision));
    }

    private sealed class Session(FaultyBackend backend, IExecutionSession session) : IExecutionSession
    {
        public string Provider => session.Provider;

        public GraphSignature Signature => session.Signature;

        public void Run(string inputName, Memory<byte> input, ReadOnlySpan<long> shape, params IReadOnlyList<OutputTensor> outputs)
        {
            backend.OnRun?.Invoke();
            session.Run(inputName, input, shape, outputs);
        }

        public void Dispose()
        {
            session.Dispose();
            backend.OnEnd?.Invoke();
        }
    }
}
