using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Tests.Models;

/// <summary>The real backend, while whose loads something happens to the files.</summary>
internal sealed class MeddlingBackend(Action<string> meddle) : IExecutionBackend
{
    private readonly IExecutionBackend _backend = ExecutionBackend.OnCpu();

    public IExecutionSession Load(string graphPath, Precision precision)
    {
        var session = _backend.Load(graphPath, precision);
        meddle(graphPath);
        return session;
    }
}
