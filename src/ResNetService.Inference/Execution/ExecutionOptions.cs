using System.ComponentModel.DataAnnotations;

namespace ResNetService.Inference.Execution;

/// <summary>On what graphs run. Configuration section <c>Execution</c>.</summary>
public sealed class ExecutionOptions : IValidatableObject
{
    public const string Section = "Execution";

    /// <summary><c>Cpu</c>; <c>Cuda</c>: the GPU or no start; <c>Auto</c>: the GPU where it can be had, else the CPU with a warning that says why. Never a silent CPU.</summary>
    public ProviderChoice Provider { get; set; } = ProviderChoice.Auto;

    /// <summary>Threads of <see href="decisions/0009-cores.md">one run</see> on the CPU. A number holds for all runs, and saves the memory of a second copy of the weights.</summary>
    /// <value>all cores for a run that is alone, and under load the cores divided by <c>Batching:Runners</c></value>
    [Range(0, 1024)]
    public int IntraOpThreads { get; set; }

    /// <summary>Threads of each of so many runs at once on <c>cpu</c> or <c>cuda</c>, where the GPU's run takes one.</summary>
    public int ThreadsOn(string provider, int runs) =>
        provider == "cuda" ? 1 : IntraOpThreads > 0 ? IntraOpThreads : Math.Max(1, Environment.ProcessorCount / runs);

    /// <summary>Which GPU.</summary>
    [Range(0, 64)]
    public int DeviceId { get; set; }

    /// <summary>Path of ONNX Runtime's CUDA provider library, for a build with the CPU package (<see href="gpu.md">GPU</see>).</summary>
    /// <value>none, where the GPU package brings it</value>
    public string? CudaLibrary { get; set; }

    /// <summary>Bytes that the tensors of one model may take on the GPU; cuDNN and the driver take more.</summary>
    /// <value>all that there is</value>
    [Range(0, long.MaxValue)]
    public long CudaMemoryLimit { get; set; }

    /// <summary>Whether float32 convolutions on the GPU may round their factors to TensorFloat-32, 10 bits of mantissa, which is faster.</summary>
    public bool CudaTf32 { get; set; } = true;

    /// <summary>Whether convolutions on the GPU run channels last, as tensor cores want it.</summary>
    /// <value>for fp16 graphs alone</value>
    public bool? CudaPreferNhwc { get; set; }

    /// <summary>Whether runs on the GPU are captured as CUDA graphs, one for each batch size of each buffer, and replayed: less work for the CPU, and the runs of a model one after the other. An error where <see cref="Provider"/> is <c>Cpu</c>.</summary>
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
