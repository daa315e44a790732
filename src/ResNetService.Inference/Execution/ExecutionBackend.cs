using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ResNetService.Inference.Execution;

public static class ExecutionBackend
{
    /// <summary>ONNX Runtime on the CPU, for programs that run graphs without a host.</summary>
    public static IExecutionBackend OnCpu() => new OnnxRuntimeBackend(
        Options.Create(new ExecutionOptions { Provider = ProviderChoice.Cpu }), NullLogger<OnnxRuntimeBackend>.Instance);
}
