using ResNetService.ModelFormat;

namespace ResNetService.Inference.Execution;

/// <summary>On what a model runs. It is in every response, so that a CPU in place of a GPU is never silent.</summary>
/// <param name="Provider"><c>cpu</c> or <c>cuda</c>: where the graph runs, not what was asked for.</param>
/// <param name="InstructionSet">The widest vector instructions of the CPU, for example <c>AVX-512 VNNI</c>.</param>
public sealed record ExecutionInfo(string Provider, Precision Precision, string InstructionSet)
{
    /// <summary>The processor in words, for people: the GPU's number and name, or the CPU's instruction set.</summary>
    public string Device { get; init; } = Provider;
}
