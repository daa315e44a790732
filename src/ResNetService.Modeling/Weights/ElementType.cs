namespace ResNetService.Modeling.Weights;

/// <summary>The type of a tensor's elements, by the names that safetensors gives them. Stored little-endian.</summary>
internal enum ElementType
{
    F64,
    F32,
    F16,

    /// <summary>The upper half of an <see cref="F32"/>.</summary>
    BF16,
    I64,
    I32,
    I16,
    I8,
    U8,
    Bool,
}

internal static class ElementTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.F64 or ElementType.I64 => 8,
        ElementType.F32 or ElementType.I32 => 4,
        ElementType.F16 or ElementType.BF16 or ElementType.I16 => 2,
        _ => 1,
    };

    public static bool IsFloatingPoint(this ElementType type) =>
        type is ElementType.F64 or ElementType.F32 or ElementType.F16 or ElementType.BF16;

    /// <summary>The name in a safetensors header, upper case.</summary>
    public static string SafetensorsName(this ElementType type) => type.ToString().ToUpperInvariant();
}
