using ResNetService.ModelFormat;

namespace ResNetService.Inference.Execution.Native;

/// <summary>A graph in ONNX Runtime's hands: what sessions and buffers need of it. Whatever it gives out is disposed before it.</summary>
internal interface ILoadedGraph : IDisposable
{
    GraphSignature Signature { get; }

    /// <summary>As <see cref="IExecutionSession.Run"/>; never captured as a CUDA graph.</summary>
    /// <exception cref="ExecutionException">The run failed.</exception>
    void Run(string inputName, Memory<byte> input, ReadOnlySpan<long> shape, IReadOnlyList<OutputTensor> outputs);

    /// <exception cref="ExecutionException">There is not as much memory.</exception>
    ITensor Allocate(TensorPlace place, InputType type, params ReadOnlySpan<long> shape);

    /// <summary>The beginning of a tensor, in the same memory.</summary>
    ITensor View(ITensor whole, params ReadOnlySpan<long> shape);

    /// <summary>
    /// A run from and to the host's memory. The copies to and from the device are part of the run: on its stream, in the order of its
    /// kernels, without the CPU waiting for them one by one.
    /// </summary>
    IPreparedRun Prepare(NamedTensor input, IReadOnlyList<NamedTensor> outputs);

    /// <summary>
    /// A run on the device's own memory that is captured as a CUDA graph when it first runs, and replayed from then on. A replay copies
    /// nothing and knows no other addresses, so the tensors stay bound for good, and <see cref="Copy"/> fills and reads them.
    /// </summary>
    /// <param name="graphId">Unique in this session, from 1 (0 is ONNX Runtime's own).</param>
    IPreparedRun Bind(NamedTensor input, IReadOnlyList<NamedTensor> outputs, int graphId);

    /// <summary>Copies between host and device, and returns when it is done.</summary>
    /// <exception cref="ExecutionException">It failed.</exception>
    void Copy(ITensor source, ITensor destination);
}

internal enum TensorPlace
{
    /// <summary>The CPU's memory, where the provider copies from and to it fastest: page-locked for CUDA.</summary>
    Host,

    /// <summary>The memory that kernels read and write.</summary>
    Device,
}

internal interface ITensor : IDisposable
{
    nint Address { get; }

    int ByteLength { get; }
}

/// <param name="Name">The graph's input or output that it is.</param>
internal readonly record struct NamedTensor(string Name, ITensor Tensor);

internal interface IPreparedRun : IDisposable
{
    /// <exception cref="ExecutionException">The run failed.</exception>
    void Run();
}
