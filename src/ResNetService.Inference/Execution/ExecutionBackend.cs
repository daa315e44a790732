using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ResNetService.Inference.Execution;

public static class ExecutionBackend
{
    /// <summary>ONNX Runtime on the CPU, for programs that run graphs without a host.</summary>
    public static IExecutionBackend OnCpu() => With(new ExecutionOptions { Provider = ProviderChoice.Cpu });

    /// <summary>ONNX Runtime where a service without configuration runs it: on the GPU where that can be had, else on the CPU. <see cref="IExecutionSession.Provider"/> tells.</summary>
    public static IExecutionBackend OnBest() => With(new ExecutionOptions());

    /// <summary>ONNX Runtime as the options say.</summary>
    public static IExecutionBackend With(ExecutionOptions options) => new OnnxRuntimeBackend(Options.Create(options), NullLogger<OnnxRuntimeBackend>.Instance);
}
