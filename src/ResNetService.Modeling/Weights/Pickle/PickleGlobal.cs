namespace ResNetService.Modeling.Weights.Pickle;

/// <summary>A class or function that a pickle may name. Calling it makes one of our values; Python's own code is nowhere near.</summary>
/// <param name="Name">Module and name, dotted.</param>
/// <param name="Storage">The element type, where this is one of PyTorch's storage classes.</param>
/// <param name="Call">Makes the value, or returns null where the arguments are not such as PyTorch writes; null where it cannot be called.</param>
internal sealed record PickleGlobal(string Name, ElementType? Storage, Func<object?[], object?>? Call)
{
    /// <summary>The closed list.</summary>
    private static readonly Dictionary<string, PickleGlobal> Known = List().ToDictionary(global => global.Name);

    /// <summary>The global of that name, or null where it is not on the list.</summary>
    public static PickleGlobal? Find(string name) => Known.GetValueOrDefault(name);

    private static IEnumerable<PickleGlobal> List()
    {
        yield return new("collections.OrderedDict", null, OrderedDictionary);
        yield return new("torch.Size", null, arguments => arguments is [PickleTuple sides] ? sides : null);
        yield return new("torch._utils._rebuild_tensor", null, Tensor);
        yield return new("torch._utils._rebuild_tensor_v2", null, Tensor);
        yield return new("torch._utils._rebuild_parameter", null, Parameter);
        yield return new("torch._utils._rebuild_parameter_with_state", null, Parameter);
        yield return new("torch.nn.parameter.Parameter", null, Parameter);

        foreach (var module in new[] { "torch", "torch.cuda" })
        {
            foreach (var (name, type) in StorageClasses)
                yield return new($"{module}.{name}", type, null);
        }

        foreach (var name in InertNames)
            yield return new(name, null, _ => PickleInert.Instance);
    }

    private static (string Name, ElementType Type)[] StorageClasses =>
    [
        ("DoubleStorage", ElementType.F64),
        ("FloatStorage", ElementType.F32),
        ("HalfStorage", ElementType.F16),
        ("BFloat16Storage", ElementType.BF16),
        ("LongStorage", ElementType.I64),
        ("IntStorage", ElementType.I32),
        ("ShortStorage", ElementType.I16),
        ("CharStorage", ElementType.I8),
        ("ByteStorage", ElementType.U8),
        ("BoolStorage", ElementType.Bool),
    ];

    /// <summary>What training scripts keep beside the weights: command lines, milestones of a schedule, an accuracy as a NumPy number, a device.</summary>
    private static string[] InertNames =>
    [
        "argparse.Namespace",
        "collections.Counter",
        "numpy.core.multiarray.scalar",
        "numpy._core.multiarray.scalar",
        "numpy.dtype",
        "_codecs.encode",
        "torch.device",
    ];

    /// <summary>Python 2 hands the pairs over as an argument; Python 3 sets them afterwards.</summary>
    private static PickleDictionary? OrderedDictionary(object?[] arguments)
    {
        var dictionary = new PickleDictionary();
        if (arguments is [PickleList pairs])
        {
            foreach (var pair in pairs.Items)
            {
                if (pair is not PickleList { Items: [var key, var value] })
                    return null;
                dictionary.Pairs.Add((key, value));
            }
        }
        else if (arguments is not [])
        {
            return null;
        }

        return dictionary;
    }

    /// <summary>Storage, offset, size and stride; version 2 adds whether a gradient is wanted, and hooks.</summary>
    private static PickleTensor? Tensor(object?[] arguments) =>
        arguments is [PickleStorage storage, long offset, PickleTuple size, PickleTuple stride, ..]
            ? new PickleTensor(storage, offset, size, stride)
            : null;

    private static PickleTensor? Parameter(object?[] arguments) => arguments is [PickleTensor data, ..] ? data : null;
}
