using System.ComponentModel.DataAnnotations;

namespace ResNetService.Inference.Execution;

/// <summary>On what graphs run. Configuration section <c>Execution</c>.</summary>
public sealed class ExecutionOptions : IValidatableObject
{
    public const string Section = "Execution";

    /// <summary>
    /// <c>Cuda</c>: the GPU or no start. <c>Cpu</c>: the CPU. <c>Auto</c> (default): the GPU where it can be had, else the CPU with a
    /// warning that says why. Never a silent CPU.
    /// </summary>
    public ProviderChoice Provider { get; set; } = ProviderChoice.Auto;

    /// <summary>
    /// Threads of one run on the CPU; 0 (default) for one a core if it is the model's only run, and the cores divided by
    /// <c>Batching:Runners</c> if there is as much to do.
    /// </summary>
    [Range(0, 1024)]
    public int IntraOpThreads { get; set; }

    /// <summary>Threads of each of so many runs at once on <c>cpu</c> or <c>cuda</c>, where the GPU's run takes one.</summary>
    public int ThreadsOn(string provider, int runs) =>
        provider == "cuda" ? 1 : IntraOpThreads > 0 ? IntraOpThreads : Math.Max(1, Environment.ProcessorCount / runs);

    /// <summary>Which GPU, from 0.</summary>
    [Range(0, 64)]
    public int DeviceId { get; set; }

    /// <summary>
    /// Path of ONNX Runtime's CUDA provider library, for a build with the CPU package; null (default) where the GPU package brings it.
    /// </summary>
    public string? CudaLibrary { get; set; }

    /// <summary>The most memory that the tensors of one model may take on the GPU, in bytes; 0 (default) for all that there is.</summary>
    [Range(0, long.MaxValue)]
    public long CudaMemoryLimit { get; set; }

    /// <summary>Whether float32 convolutions on the GPU may round their factors to TensorFloat-32, 10 bits of mantissa; default true.</summary>
    public bool CudaTf32 { get; set; } = true;

    /// <summary>Whether convolutions on the GPU run channels last; null (default) for fp16 graphs alone.</summary>
    public bool? CudaPreferNhwc { get; set; }

    /// <summary>
    /// Whether runs are captured as CUDA graphs, one for each batch size of each buffer, and replayed: less work for the CPU, and the runs of
    /// a model one after the other. Default false.
    /// </summary>
    public bool CudaGraphs { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (CudaGraphs && Provider == ProviderChoice.Cpu)
            yield return new("Execution:CudaGraphs needs a GPU, and Execution:Provider is Cpu.", [nameof(CudaGraphs), nameof(Provider)]);
    }
}

public enum ProviderChoice
{
    Auto,
    Cpu,
    Cuda,
}
