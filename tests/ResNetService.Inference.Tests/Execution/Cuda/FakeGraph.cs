using System.Runtime.InteropServices;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Execution.Native;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Tests.Execution.Cuda;

/// <summary>
/// A graph on a device whose memory is apart from the host's, and that writes down whatever happens to it. Its answer to an image of bytes is
/// their sum, and its features are the bytes.
/// </summary>
internal sealed class FakeGraph : ILoadedGraph
{
    public const int ImageBytes = 3;

    private readonly Lock _lock = new();
    private int _alive;

    /// <summary>What happened, in order.</summary>
    public List<string> Events { get; } = [];

    /// <summary>Threads on which graphs ran.</summary>
    public HashSet<int> Threads { get; } = [];

    /// <summary>How many allocations succeed.</summary>
    public int Memory { get; init; } = int.MaxValue;

    /// <summary>Tensors and prepared runs that are not disposed.</summary>
    public int Alive => _alive;

    public static BatchLayout Layout(int capacity) => new("image", [ImageBytes], ImageBytes, "sum", 1, capacity);

    public static BatchLayout LayoutWithFeatures(int capacity) => Layout(capacity) with { Features = new("copy", new(ImageBytes, 1, 1)) };

    public GraphSignature Signature { get; } = new(
        [new GraphValue("image", InputType.UInt8, [-1, ImageBytes])], [new GraphValue("sum", InputType.Float32, [-1, 1])]);

    public void Run(string inputName, Memory<byte> input, ReadOnlySpan<long> shape, IReadOnlyList<OutputTensor> outputs) => Note($"run {shape[0]}");

    public ITensor Allocate(TensorPlace place, InputType type, params ReadOnlySpan<long> shape)
    {
        if (Events.Count(e => e.StartsWith("allocate", StringComparison.Ordinal)) >= Memory)
            throw new ExecutionException("no memory");
        var bytes = type == InputType.UInt8 ? 1 : sizeof(float);
        foreach (var dimension in shape)
            bytes = checked(bytes * (int)dimension);
        var tensor = new Tensor(this, place, (int)shape[0], GC.AllocateArray<byte>(bytes, pinned: true), bytes, owns: true);
        Note($"allocate {tensor}");
        return tensor;
    }

    public ITensor View(ITensor whole, params ReadOnlySpan<long> shape)
    {
        var tensor = (Tensor)whole;
        return new Tensor(this, tensor.Place, (int)shape[0], tensor.Memory, tensor.ByteLength / tensor.Rows * (int)shape[0], owns: false);
    }

    public IPreparedRun Prepare(NamedTensor input, IReadOnlyList<NamedTensor> outputs) => new PreparedRun(this, input, outputs, TensorPlace.Host, "run");

    public IPreparedRun Bind(NamedTensor input, IReadOnlyList<NamedTensor> outputs, int graphId) =>
        new PreparedRun(this, input, outputs, TensorPlace.Device, $"replay graph {graphId} of");

    public void Copy(ITensor source, ITensor destination)
    {
        Assert.Equal(source.ByteLength, destination.ByteLength);
        ((Tensor)source).Bytes.CopyTo(((Tensor)destination).Bytes);
        Note($"copy {source} to {destination}");
    }

    public void Dispose() => Note("dispose graph");

    private void Note(string what)
    {
        lock (_lock)
        {
            Events.Add(what);
            Threads.Add(Environment.CurrentManagedThreadId);
        }
    }

    private sealed class Tensor : ITensor
    {
        private readonly FakeGraph _graph;
        private readonly bool _owns;

        public Tensor(FakeGraph graph, TensorPlace place, int rows, byte[] memory, int byteLength, bool owns)
        {
            (_graph, Place, Rows, Memory, ByteLength, _owns) = (graph, place, rows, memory, byteLength, owns);
            Interlocked.Increment(ref _graph._alive);
        }

        public TensorPlace Place { get; }

        public int Rows { get; }

        /// <summary>Pinned. Of a view, that of the whole.</summary>
        public byte[] Memory { get; }

        public Span<byte> Bytes => Memory.AsSpan(0, ByteLength);

        public nint Address => Marshal.UnsafeAddrOfPinnedArrayElement(Memory, 0);

        public int ByteLength { get; }

        public override string ToString() => $"{Place} [{Rows}] of {ByteLength}";

        public void Dispose()
        {
            Interlocked.Decrement(ref _graph._alive);
            if (_owns)
                _graph.Note($"free {this}");
        }
    }

    private sealed class PreparedRun : IPreparedRun
    {
        private readonly FakeGraph _graph;
        private readonly Tensor _input;
        private readonly Tensor _output;
        private readonly Tensor? _copy;
        private readonly string _name;

        public PreparedRun(FakeGraph graph, NamedTensor input, IReadOnlyList<NamedTensor> outputs, TensorPlace place, string name)
        {
            Assert.Equal(outputs.Count == 1 ? ["sum"] : ["sum", "copy"], outputs.Select(output => output.Name));
            (_graph, _input, _output, _name) = (graph, (Tensor)input.Tensor, (Tensor)outputs[0].Tensor, outputs.Count == 1 ? name : WithFeatures(name));
            _copy = outputs.Count == 1 ? null : (Tensor)outputs[1].Tensor;
            Assert.Equal((place, place, place), (_input.Place, _output.Place, (_copy ?? _output).Place));
            Assert.Equal((_input.Rows, _input.Rows), (_output.Rows, (_copy ?? _output).Rows));
            Interlocked.Increment(ref graph._alive);
        }

        public void Run()
        {
            if (_copy is not null)
            {
                var features = MemoryMarshal.Cast<byte, float>(_copy.Bytes);
                for (var i = 0; i < features.Length; i++)
                    features[i] = _input.Bytes[i];
            }

            var sums = MemoryMarshal.Cast<byte, float>(_output.Bytes);
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] = 0;
                foreach (var value in _input.Bytes.Slice(i * ImageBytes, ImageBytes))
                    sums[i] += value;
            }

            _graph.Note($"{_name} {_input.Rows}");
        }

        private static string WithFeatures(string name) => name.EndsWith(" of", StringComparison.Ordinal) ? name[..^3] + " with features of" : name + " with features";

        public void Dispose()
        {
            Interlocked.Decrement(ref _graph._alive);
            _graph.Note($"release {_name} {_input.Rows}");
        }
    }
}
