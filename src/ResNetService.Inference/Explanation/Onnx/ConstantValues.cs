using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ResNetService.Inference.Explanation.Onnx;

/// <summary>Reads the values of a constant from its file.</summary>
internal static class ConstantValues
{
    /// <returns>Row-major; null where they are no numbers that are read here.</returns>
    public static float[]? Floats(this OnnxConstant constant, string path)
    {
        switch (constant.Type)
        {
            case OnnxType.Float32:
                return Read<float>(constant, path);
            case OnnxType.Float16 when Read<Half>(constant, path) is { } halves:
                var singles = new float[halves.Length];
                TensorPrimitives.ConvertToSingle(halves, singles);
                return singles;
            case OnnxType.Int8 when Read<sbyte>(constant, path) is { } bytes:
                return [.. bytes.Select(value => (float)value)];
            default:
                return null;
        }
    }

    /// <inheritdoc cref="Floats"/>
    public static IReadOnlyList<double>? Integers(this OnnxConstant constant, string path) =>
        constant.Type == OnnxType.Int64 && Read<long>(constant, path) is { } values ? [.. values.Select(value => (double)value)] : null;

    private static T[]? Read<T>(OnnxConstant constant, string path)
        where T : unmanaged
    {
        // The file holds them all, or a few bytes could ask for any amount of memory.
        if (constant.End < (long)constant.Length * Unsafe.SizeOf<T>() || constant.End == 0)
            return null;
        var values = new T[constant.Length];
        var bytes = MemoryMarshal.AsBytes(values.AsSpan());
        using var file = File.OpenHandle(path);
        return RandomAccess.Read(file, bytes, constant.End - bytes.Length) == bytes.Length ? values : null;
    }
}
