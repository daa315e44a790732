namespace ResNetService.Modeling.Weights.Pickle;

/// <summary>The unpickler's working memory: the stack, the marks in it, and the memo of values that the pickle stored for later use.</summary>
internal sealed class PickleStack(PickleCursor input)
{
    private readonly List<object?> _values = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<int, object?> _memo = [];
    private int _charged;

    /// <summary>Values below the innermost mark are out of reach until it is closed.</summary>
    private int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    public void Push(object? value)
    {
        Charge(1);
        _values.Add(value);
    }

    public object? Peek() => _values.Count > Floor ? _values[^1] : throw Underflow();

    public object? Pop() => PopLast(1)[0];

    public object?[] PopLast(int count)
    {
        if (_values.Count - count < Floor)
            throw Underflow();
        var start = _values.Count - count;
        var items = _values.GetRange(start, count).ToArray();
        _values.RemoveRange(start, count);
        return items;
    }

    public void Mark()
    {
        if (_marks.Count == PickleLimits.MaxDepth)
            throw input.Fault($"is nested more than {PickleLimits.MaxDepth} deep");
        _marks.Add(_values.Count);
    }

    public object?[] PopToMark()
    {
        if (_marks.Count == 0)
            throw input.Fault("closes a container that it has not opened");
        var items = PopLast(_values.Count - Floor);
        _marks.RemoveAt(_marks.Count - 1);
        return items;
    }

    public void Memoize() => Memoize(_memo.Count);

    public void Memoize(int key)
    {
        Charge(1);
        _memo[key] = Peek();
    }

    public object? Recall(int key) =>
        _memo.TryGetValue(key, out var value) ? value : throw input.Fault($"recalls value {key}, which it has not stored");

    /// <summary>Counts values towards the limit; whoever copies values without pushing them says how many.</summary>
    public void Charge(int values)
    {
        _charged += values;
        if (_charged > PickleLimits.MaxValues)
            throw input.Fault($"has more than {PickleLimits.MaxValues} values");
    }

    private WeightException Underflow() => input.Fault("takes a value that is not there");
}
