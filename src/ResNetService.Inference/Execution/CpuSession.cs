using ResNetService.Inference.Execution.Native;

namespace ResNetService.Inference.Execution;

/// <summary>A graph on the CPU. Owns it.</summary>
internal sealed class CpuSession(ILoadedGraph graph) : IExecutionSession
{
    public string Provider => "cpu";

    public string Device => $"CPU ({InstructionSet.Name})";

    public GraphSignature Signature => graph.Signature;

    public void Run(string inputName, Memory<byte> input, ReadOnlySpan<long> shape, string outputName, Memory<float> output) =>
        graph.Run(inputName, input, shape, outputName, output);

    public void Dispose() => graph.Dispose();
}
