using ResNetService.ModelFormat;

namespace ResNetService.Inference.Execution;

/// <summary>What runs graphs. The types of the library behind it stay behind it.</summary>
public interface IExecutionBackend
{
    /// <summary>Loads a graph; it has not run yet, so the first run may be slow.</summary>
    /// <param name="graphPath">An ONNX file.</param>
    /// <param name="precision">Of its arithmetic, as its manifest has it: a GPU lays tensors out by it.</param>
    /// <exception cref="ExecutionException">The file is no graph, or the wanted provider cannot run it.</exception>
    IExecutionSession Load(string graphPath, Precision precision = Precision.Fp32);
}

/// <summary>A loaded graph. Safe for concurrent runs.</summary>
public interface IExecutionSession : IDisposable
{
    /// <summary><c>cpu</c> or <c>cuda</c>: where the graph runs, not what was asked for.</summary>
    string Provider { get; }

    /// <summary>The processor in words, for people: the GPU's number and name, or the CPU's instruction set.</summary>
    string Device => Provider;

    GraphSignature Signature { get; }

    /// <summary>How many runs at a time suit the processor, where there is as much to do; 1 or more.</summary>
    int RunsAtOnce => 1;

    /// <summary>Whether a run that is alone has all cores, and each of several a part of them, as <see cref="IExecutionBuffer.Run"/> is told.</summary>
    bool DividesCores => false;

    /// <summary>Computes outputs of a batch.</summary>
    /// <param name="inputName">An input of <see cref="Signature"/>.</param>
    /// <param name="input">The batch, row-major, in the element type of that input. Pinned while the call lasts.</param>
    /// <param name="shape">Its shape; the first dimension is the batch.</param>
    /// <param name="outputs">One or more; those that are not asked for are not copied.</param>
    /// <exception cref="ExecutionException">The run failed.</exception>
    void Run(string inputName, Memory<byte> input, ReadOnlySpan<long> shape, params IReadOnlyList<OutputTensor> outputs);

    /// <summary>Memory for batches of one shape, which are run again and again, where the provider reads and writes it fastest.</summary>
    /// <param name="count">How many of them.</param>
    /// <param name="runs">How many run at once, at most.</param>
    /// <exception cref="ExecutionException">There is not as much memory.</exception>
    IReadOnlyList<IExecutionBuffer> CreateBuffers(BatchLayout layout, int count, int runs) =>
        [.. Enumerable.Range(0, count).Select(i => new HostBuffer(this, layout, warms: i == 0))];
}

/// <summary>Where one output of a run goes.</summary>
/// <param name="Name">An output of the graph whose elements are float32.</param>
/// <param name="Shape">Of the whole batch.</param>
/// <param name="Values">Receives it, row-major; exactly as long as the shape says.</param>
public readonly record struct OutputTensor(string Name, long[] Shape, Memory<float> Values);

/// <summary>Names, element types and shapes of a graph's inputs and outputs.</summary>
public sealed record GraphSignature(IReadOnlyList<GraphValue> Inputs, IReadOnlyList<GraphValue> Outputs);

/// <param name="Type">Null where the element type is none that this service feeds or reads.</param>
/// <param name="Shape">-1 for a free dimension.</param>
public sealed record GraphValue(string Name, InputType? Type, IReadOnlyList<long> Shape)
{
    public override string ToString() =>
        $"{Name} {Type?.ToString().ToLowerInvariant() ?? "of another type"} [{string.Join(',', Shape.Select(d => d < 0 ? "?" : d.ToString(null, null)))}]";
}

/// <summary>A graph cannot be loaded or run; the message says why and, for a missing provider, what is missing.</summary>
public sealed class ExecutionException(string message, Exception? innerException = null) : Exception(message, innerException);
