using static TorchSharp.torch;

namespace ResNetService.Modeling.Weights.Safetensors;

/// <summary>TorchSharp tensors as tensors to be written.</summary>
internal static class TensorExport
{
    /// <summary>Copies the elements; the tensor may be on any device and of any layout.</summary>
    /// <exception cref="NotSupportedException">The element type is not among <see cref="ElementType"/>.</exception>
    public static SafetensorsTensor ToSafetensors(this Tensor tensor, string name)
    {
        using var scope = NewDisposeScope();
        var packed = tensor.detach().cpu().contiguous();
        return new(name, packed.shape, TypeOf(packed.dtype), packed.bytes.ToArray());
    }

    private static ElementType TypeOf(ScalarType type) => type switch
    {
        ScalarType.Float64 => ElementType.F64,
        ScalarType.Float32 => ElementType.F32,
        ScalarType.Float16 => ElementType.F16,
        ScalarType.BFloat16 => ElementType.BF16,
        ScalarType.Int64 => ElementType.I64,
        ScalarType.Int32 => ElementType.I32,
        ScalarType.Int16 => ElementType.I16,
        ScalarType.Int8 => ElementType.I8,
        ScalarType.Byte => ElementType.U8,
        ScalarType.Bool => ElementType.Bool,
        _ => throw new NotSupportedException($"tensors of {type} cannot be written"),
    };
}
