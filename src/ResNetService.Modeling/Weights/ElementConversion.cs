using System.Runtime.InteropServices;

namespace ResNetService.Modeling.Weights;

/// <summary>From stored elements to the two types in which networks here take them.</summary>
/// <remarks>Files are little-endian, and so is every machine that libtorch is built for.</remarks>
internal static class ElementConversion
{
    /// <summary>Float64 is rounded to nearest; the other types fit exactly.</summary>
    public static void ToFloats(ElementType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        switch (type)
        {
            case ElementType.F32:
                source.CopyTo(MemoryMarshal.AsBytes(destination));
                break;
            case ElementType.F64:
                Convert(MemoryMarshal.Cast<byte, double>(source), destination, static value => (float)value);
                break;
            case ElementType.F16:
                Convert(MemoryMarshal.Cast<byte, Half>(source), destination, static value => (float)value);
                break;
            case ElementType.BF16:
                Convert(MemoryMarshal.Cast<byte, ushort>(source), destination, static value => BitConverter.UInt32BitsToSingle((uint)value << 16));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "is no floating-point type");
        }
    }

    public static void ToLongs(ElementType type, ReadOnlySpan<byte> source, Span<long> destination)
    {
        switch (type)
        {
            case ElementType.I64:
                source.CopyTo(MemoryMarshal.AsBytes(destination));
                break;
            case ElementType.I32:
                Convert(MemoryMarshal.Cast<byte, int>(source), destination, static value => (long)value);
                break;
            case ElementType.I16:
                Convert(MemoryMarshal.Cast<byte, short>(source), destination, static value => (long)value);
                break;
            case ElementType.I8:
                Convert(MemoryMarshal.Cast<byte, sbyte>(source), destination, static value => (long)value);
                break;
            case ElementType.U8 or ElementType.Bool:
                Convert(source, destination, static value => (long)value);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "is no integer type");
        }
    }

    private static void Convert<TSource, TResult>(ReadOnlySpan<TSource> source, Span<TResult> destination, Func<TSource, TResult> convert)
    {
        for (var i = 0; i < source.Length; i++)
            destination[i] = convert(source[i]);
    }
}
