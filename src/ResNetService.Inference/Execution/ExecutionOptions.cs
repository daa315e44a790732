using System.ComponentModel.DataAnnotations;

namespace ResNetService.Inference.Execution;

/// <summary>On what graphs run. Configuration section <c>Execution</c>.</summary>
public sealed class ExecutionOptions
{
    public const string Section = "Execution";

    /// <summary>
    /// <c>Cuda</c>: the GPU or no start. <c>Cpu</c>: the CPU. <c>Auto</c> (default): the GPU where it can be had, else the CPU with a
    /// warning that says why. Never a silent CPU.
    /// </summary>
    public ProviderChoice Provider { get; set; } = ProviderChoice.Auto;

    /// <summary>Threads of one run on the CPU; 0 (default) for one a core.</summary>
    [Range(0, 1024)]
    public int IntraOpThreads { get; set; }

    /// <summary>Which GPU, from 0.</summary>
    [Range(0, 64)]
    public int DeviceId { get; set; }

    /// <summary>
    /// Path of ONNX Runtime's CUDA provider library, for a build with the CPU package; null (default) where the GPU package brings it.
    /// </summary>
    public string? CudaLibrary { get; set; }
}

public enum ProviderChoice
{
    Auto,
    Cpu,
    Cuda,
}
