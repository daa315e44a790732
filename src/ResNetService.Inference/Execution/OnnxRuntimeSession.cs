using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Execution;

internal sealed class OnnxRuntimeSession(InferenceSession session, string provider) : IExecutionSession
{
    public string Provider => provider;

    public GraphSignature Signature { get; } = new(Values(session.InputMetadata), Values(session.OutputMetadata));

    public unsafe void Run(string inputName, Memory<byte> input, ReadOnlySpan<long> shape, string outputName, Memory<float> output)
    {
        var type = session.InputMetadata[inputName].ElementDataType;
        using var pinned = input.Pin();
        try
        {
            using var options = new RunOptions();
            using var inputValue = OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance, type, shape.ToArray(), (nint)pinned.Pointer, input.Length);
            using var outputValue = OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, output, [shape[0], output.Length / shape[0]]);
            session.Run(options, [inputName], [inputValue], [outputName], [outputValue]);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ExecutionException($"the run of a batch of {shape[0]} failed: {e.Message}", e);
        }
    }

    public void Dispose() => session.Dispose();

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
