using Microsoft.Extensions.DependencyInjection.Extensions;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;

namespace ResNetService.Api.Tests.Telemetry;

/// <summary>The real backend, whose runs fail when a test wants them to.</summary>
internal sealed class FailingBackend : IExecutionBackend, IDisposable
{
    private IExecutionBackend? _backend;

    public bool Fails { get; set; }

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

    public void Dispose() => (_backend as IDisposable)?.Dispose();

    private sealed class Session(FailingBackend backend, IExecutionSession session) : IExecutionSession
    {
        public string Provider => session.Provider;

        public GraphSignature Signature => session.Signature;

        public void Run(string inputName, Memory<byte> input, ReadOnlySpan<long> shape, params IReadOnlyList<OutputTensor> outputs)
        {
            if (backend.Fails)
                throw new ExecutionException("the test wants it so");
            session.Run(inputName, input, shape, outputs);
        }

        public void Dispose() => session.Dispose();
    }
}
