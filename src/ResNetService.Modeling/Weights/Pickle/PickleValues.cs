using System.Numerics;

namespace ResNetService.Modeling.Weights.Pickle;

// Values of a pickle that have no counterpart in .NET. The others are null, bool, long, BigInteger, double, string and byte[].
// They are classes without value equality: a pickle can nest a value in itself.

internal sealed class PickleTuple(object?[] items)
{
    public object?[] Items { get; } = items;
}

internal sealed class PickleList
{
    public List<object?> Items { get; } = [];
}

/// <summary>A dictionary or ordered dictionary: its pairs in the order in which they were set.</summary>
internal sealed class PickleDictionary
{
    public List<(object? Key, object? Value)> Pairs { get; } = [];
}

/// <summary>A value that is known, carries no weights and is passed over: an argument list, an optimizer's counter.</summary>
internal sealed class PickleInert
{
    public static PickleInert Instance { get; } = new();
}

/// <summary>A tensor: a view of a storage that nobody has checked yet.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, PickleTuple Size, PickleTuple Stride);

/// <summary>A run of elements in the file, or a part of one.</summary>
/// <param name="Root">The whole run.</param>
/// <param name="Offset">Element of the root where the part starts.</param>
/// <param name="Count">Elements of the part.</param>
internal sealed record PickleStorage(StorageRoot Root, long Offset, long Count);

/// <summary>A run of elements in the file; several tensors may share one.</summary>
/// <param name="Key">By which the file finds its elements.</param>
/// <param name="Count">Elements.</param>
internal sealed record StorageRoot(string Key, ElementType Type, long Count);

internal static class PickleValues
{
    /// <summary>A value's Python type, for messages.</summary>
    public static string TypeName(object? value) => value switch
    {
        null => "None",
        bool => "bool",
        long or BigInteger => "int",
        double => "float",
        string => "str",
        byte[] => "bytes",
        PickleTuple => "tuple",
        PickleList => "list",
        PickleDictionary => "dict",
        PickleTensor => "tensor",
        PickleGlobal global => global.Name,
        _ => "object",
    };

    /// <summary>A Python integer of any size, two's complement, little-endian: a long where it fits.</summary>
    public static object Integer(ReadOnlySpan<byte> bytes)
    {
        var integer = new BigInteger(bytes);
        if (integer < long.MinValue || integer > long.MaxValue)
            return integer;
        return (long)integer;
    }
}
