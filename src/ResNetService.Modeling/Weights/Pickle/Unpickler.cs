using System.Buffers.Binary;
using System.Text;

namespace ResNetService.Modeling.Weights.Pickle;

/// <summary>
/// Python's pickle machine, cut down to what checkpoints need and to data alone: a closed list of opcodes
/// (<see cref="PickleOpcode"/>) and of names (<see cref="PickleGlobal"/>), within <see cref="PickleLimits"/>.
/// </summary>
/// <remarks>Source: CPython, <c>Lib/pickletools.py</c>, which documents each opcode.</remarks>
internal sealed class Unpickler
{
    private readonly PickleCursor _input;
    private readonly Func<object?, object> _loadPersistent;
    private readonly PickleStack _stack;

    private Unpickler(PickleCursor input, Func<object?, object> loadPersistent)
    {
        _input = input;
        _loadPersistent = loadPersistent;
        _stack = new PickleStack(input);
    }

    /// <summary>Reads the pickle at the cursor and leaves the cursor behind it.</summary>
    /// <param name="loadPersistent">Gives the value for a persistent id; checkpoints name their storages by such ids.</param>
    /// <exception cref="WeightException">The pickle is damaged, exceeds a limit, or uses what is not on the lists.</exception>
    public static object? Load(PickleCursor input, Func<object?, object> loadPersistent)
    {
        input.BeginPickle();
        return new Unpickler(input, loadPersistent).Run();
    }

    /// <summary>Reads a pickle that has no business with storages.</summary>
    public static object? Load(PickleCursor input) =>
        Load(input, _ => throw input.Fault("names a storage where plain values are expected"));

    private object? Run()
    {
        if ((PickleOpcode)_input.ReadByte() != PickleOpcode.Protocol || _input.ReadByte() is < 2 or > 5)
            throw _input.Fault("does not start as a pickle of protocol 2 to 5");
        for (var opcode = (PickleOpcode)_input.ReadByte(); opcode != PickleOpcode.Stop; opcode = (PickleOpcode)_input.ReadByte())
            Execute(opcode);
        return _stack.Pop();
    }

    private void Execute(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Frame:
                _input.ReadInt64();
                break;
            case PickleOpcode.Mark:
                _stack.Mark();
                break;
            case PickleOpcode.Append:
                Append([_stack.Pop()]);
                break;
            case PickleOpcode.Appends or PickleOpcode.AddItems:
                Append(_stack.PopToMark());
                break;
            case PickleOpcode.SetItem:
                var value = _stack.Pop();
                SetItems([_stack.Pop(), value]);
                break;
            case PickleOpcode.SetItems:
                SetItems(_stack.PopToMark());
                break;
            case PickleOpcode.Build:
                Build(_stack.Pop());
                break;
            case PickleOpcode.BinPut:
                _stack.Memoize(_input.ReadByte());
                break;
            case PickleOpcode.LongBinPut:
                _stack.Memoize(_input.ReadInt32());
                break;
            case PickleOpcode.Memoize:
                _stack.Memoize();
                break;
            default:
                _stack.Push(Value(opcode));
                break;
        }
    }

    private object? Value(PickleOpcode opcode) => opcode switch
    {
        PickleOpcode.None => null,
        PickleOpcode.NewTrue => true,
        PickleOpcode.NewFalse => false,
        PickleOpcode.BinInt => (long)_input.ReadInt32(),
        PickleOpcode.BinInt1 => (long)_input.ReadByte(),
        PickleOpcode.BinInt2 => (long)BinaryPrimitives.ReadUInt16LittleEndian(_input.Read(2)),
        PickleOpcode.Long1 => PickleValues.Integer(_input.ReadText(_input.ReadByte())),
        PickleOpcode.BinFloat => BinaryPrimitives.ReadDoubleBigEndian(_input.Read(8)),
        PickleOpcode.BinString => Encoding.Latin1.GetString(_input.ReadText(_input.ReadInt32())),
        PickleOpcode.ShortBinString => Encoding.Latin1.GetString(_input.ReadText(_input.ReadByte())),
        PickleOpcode.BinUnicode => Encoding.UTF8.GetString(_input.ReadText(_input.ReadInt32())),
        PickleOpcode.ShortBinUnicode => Encoding.UTF8.GetString(_input.ReadText(_input.ReadByte())),
        PickleOpcode.BinBytes => _input.ReadText(_input.ReadInt32()).ToArray(),
        PickleOpcode.ShortBinBytes => _input.ReadText(_input.ReadByte()).ToArray(),
        PickleOpcode.EmptyTuple => new PickleTuple([]),
        PickleOpcode.EmptyList => new PickleList(),
        PickleOpcode.EmptyDict => new PickleDictionary(),
        PickleOpcode.EmptySet => PickleInert.Instance,
        PickleOpcode.Tuple => new PickleTuple(_stack.PopToMark()),
        PickleOpcode.Tuple1 => new PickleTuple(_stack.PopLast(1)),
        PickleOpcode.Tuple2 => new PickleTuple(_stack.PopLast(2)),
        PickleOpcode.Tuple3 => new PickleTuple(_stack.PopLast(3)),
        PickleOpcode.BinGet => _stack.Recall(_input.ReadByte()),
        PickleOpcode.LongBinGet => _stack.Recall(_input.ReadInt32()),
        PickleOpcode.Global => Global(_input.ReadLine(), _input.ReadLine()),
        PickleOpcode.StackGlobal => _stack.PopLast(2) is [string module, string name] ? Global(module, name) : throw _input.Fault("names a global by something else than text"),
        PickleOpcode.Reduce or PickleOpcode.NewObject => Call(_stack.PopLast(2)),
        PickleOpcode.BinPersistentId => _loadPersistent(_stack.Pop()),
        _ => throw _input.Fault($"has the opcode 0x{(byte)opcode:x2}, which no checkpoint needs"),
    };

    private PickleGlobal Global(string module, string name) =>
        PickleGlobal.Find($"{module}.{name}")
        ?? throw _input.Fault($"names {Shown.Text($"{module}.{name}")}, which is not on the list of what weights are made of; nothing of it was run. Wanted is a file written by torch.save(model.state_dict(), …)");

    private object Call(object?[] functionAndArguments)
    {
        if (functionAndArguments is not [PickleGlobal { Call: { } call } global, PickleTuple arguments])
            throw _input.Fault($"calls a value of type {PickleValues.TypeName(functionAndArguments[0])}");
        var result = call(arguments.Items) ?? throw _input.Fault($"calls {global.Name} with other arguments than PyTorch does");
        _stack.Charge((result as PickleDictionary)?.Pairs.Count ?? 0);
        return result;
    }

    private void Append(object?[] items)
    {
        if (_stack.Peek() is PickleList list)
            list.Items.AddRange(items);
        else if (_stack.Peek() is not PickleInert)
            throw _input.Fault($"appends to a value of type {PickleValues.TypeName(_stack.Peek())}");
    }

    private void SetItems(object?[] items)
    {
        if (items.Length % 2 != 0)
            throw _input.Fault("sets a key without a value");
        if (_stack.Peek() is PickleDictionary dictionary)
            dictionary.Pairs.AddRange(items.Chunk(2).Select(pair => (pair[0], pair[1])));
        else if (_stack.Peek() is not PickleInert)
            throw _input.Fault($"sets an item of a value of type {PickleValues.TypeName(_stack.Peek())}");
    }

    /// <summary>Attributes, such as an ordered dictionary's <c>_metadata</c>, say nothing about the weights.</summary>
    private void Build(object? state)
    {
        if (_stack.Peek() is not (PickleDictionary or PickleTensor or PickleInert))
            throw _input.Fault($"gives the state {PickleValues.TypeName(state)} to a value of type {PickleValues.TypeName(_stack.Peek())}");
    }
}
