using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Execution.Native;

/// <param name="host">Where <see cref="TensorPlace.Host"/> is.</param>
/// <param name="device">Where <see cref="TensorPlace.Device"/> is.</param>
/// <param name="captures">Whether runs are captured as CUDA graphs unless told otherwise.</param>
internal sealed class LoadedGraph(InferenceSession session, OrtMemoryInfo host, OrtMemoryInfo device, bool captures) : ILoadedGraph
{
    private readonly Lazy<OrtAllocator> _host = new(() => new OrtAllocator(session, host));
    private readonly Lazy<OrtAllocator> _device = new(() => new OrtAllocator(session, device));

    public GraphSignature Signature { get; } = new(Values(session.InputMetadata), Values(session.OutputMetadata));

    public unsafe void Run(string inputName, Memory<byte> input, ReadOnlySpan<long> shape, IReadOnlyList<OutputTensor> outputs)
    {
        var type = session.InputMetadata[inputName].ElementDataType;
        var values = new OrtValue[outputs.Count];
        using var pinned = input.Pin();
        try
        {
            using var options = Options();
            using var inputValue = OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance, type, shape.ToArray(), (nint)pinned.Pointer, input.Length);
            for (var i = 0; i < values.Length; i++)
                values[i] = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, outputs[i].Values, outputs[i].Shape);
            session.Run(options, [inputName], [inputValue], [.. outputs.Select(output => output.Name)], values);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ExecutionException($"the run of a batch of {shape[0]} failed: {e.Message}", e);
        }
        finally
        {
            foreach (var value in values)
                value?.Dispose();
        }
    }

    public ITensor Allocate(TensorPlace place, InputType type, params ReadOnlySpan<long> shape)
    {
        try
        {
            return new NativeTensor(OrtValue.CreateAllocatedTensorValue(AllocatorOf(place), ElementType(type), shape.ToArray()));
        }
        catch (OnnxRuntimeException e)
        {
            throw new ExecutionException($"a tensor of [{string.Join(',', shape.ToArray())}] cannot be allocated: {e.Message}", e);
        }
    }

    public ITensor View(ITensor whole, params ReadOnlySpan<long> shape)
    {
        var value = ((NativeTensor)whole).Value;
        var type = value.GetTensorTypeAndShape().ElementDataType;
        var bytes = (type == TensorElementType.Float ? sizeof(float) : sizeof(byte)) * Product(shape);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, whole.ByteLength);
        return new NativeTensor(OrtValue.CreateTensorValueWithData(value.GetTensorMemoryInfo(), type, shape.ToArray(), whole.Address, bytes));
    }

    public IPreparedRun Prepare(NamedTensor input, IReadOnlyList<NamedTensor> outputs) => new ValuesRun(session, Options(), input, outputs);

    public IPreparedRun Bind(NamedTensor input, IReadOnlyList<NamedTensor> outputs, int graphId) => new BoundRun(session, input, outputs, graphId);

    public void Copy(ITensor source, ITensor destination)
    {
        try
        {
            OrtEnv.Instance().CopyTensors([((NativeTensor)source).Value], [((NativeTensor)destination).Value], null!);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ExecutionException($"a copy of {source.ByteLength} bytes between host and device failed: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        foreach (var allocator in new[] { _device, _host })
        {
            if (allocator.IsValueCreated)
                allocator.Value.Dispose();
        }

        session.Dispose();
    }

    private OrtAllocator AllocatorOf(TensorPlace place) => (place == TensorPlace.Host ? _host : _device).Value;

    private RunOptions Options()
    {
        var options = new RunOptions();
        if (captures)
            options.AddRunConfigEntry(BoundRun.GraphId, "-1");
        return options;
    }

    private static TensorElementType ElementType(InputType type) => type == InputType.UInt8 ? TensorElementType.UInt8 : TensorElementType.Float;

    private static long Product(ReadOnlySpan<long> shape)
    {
        var product = 1L;
        foreach (var dimension in shape)
            product = checked(product * dimension);
        return product;
    }

    private static GraphValue[] Values(IReadOnlyDictionary<string, NodeMetadata> metadata) =>
        [.. metadata.Select(value => new GraphValue(
            value.Key,
            !value.Value.IsTensor ? null : value.Value.ElementDataType switch
            {
                TensorElementType.UInt8 => InputType.UInt8,
                TensorElementType.Float => InputType.Float32,
                _ => null,
            },
            value.Value.IsTensor ? [.. value.Value.Dimensions.Select(d => (long)d)] : []))];
}
