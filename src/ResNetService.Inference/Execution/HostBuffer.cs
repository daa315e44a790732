namespace ResNetService.Inference.Execution;

/// <summary>A batch in this process's memory, as the CPU reads it. Made once, pinned for good: a run copies and allocates nothing of its size.</summary>
internal sealed class HostBuffer : IExecutionBuffer
{
    private readonly IExecutionSession _session;
    private readonly IExecutionSession? _shared;
    private readonly BatchLayout _layout;
    private readonly Memory<byte> _input;
    private readonly Memory<float> _output;
    private readonly Memory<float> _features;

    /// <param name="warms">Whether the runs of this buffer are to warm the session.</param>
    /// <param name="shared">Computes the runs that share the cores; null where <paramref name="session"/> does.</param>
    public HostBuffer(IExecutionSession session, BatchLayout layout, bool warms = true, IExecutionSession? shared = null)
    {
        (_session, _shared, _layout) = (session, shared, layout);
        // A full batch would be no faster for having run before, and holds up for longest what serves meanwhile.
        WarmUpSizes = warms ? [1] : [];
        _input = AlignedMemory.Allocate<byte>(checked(layout.Capacity * layout.ImageBytes));
        _output = AlignedMemory.Allocate<float>(checked(layout.Capacity * layout.OutputLength));
        if (layout.Features is { } features)
            _features = AlignedMemory.Allocate<float>(checked(layout.Capacity * features.Shape.Length));
    }

    public Memory<byte> Input => _input;

    public ReadOnlyMemory<float> Output => _output;

    public ReadOnlyMemory<float> Features => _features;

    public IReadOnlyList<int> WarmUpSizes { get; }

    public void Run(int images, bool shares = false, bool features = false)
    {
        var logits = new OutputTensor(_layout.Output, [images, _layout.OutputLength], _output[..(images * _layout.OutputLength)]);
        OutputTensor[] outputs = features && _layout.Features is { Name: var name, Shape: var shape }
            ? [logits, new(name, [images, shape.Channels, shape.Rows, shape.Columns], _features[..(images * shape.Length)])]
            : [logits];
        (shares && _shared is not null ? _shared : _session).Run(
            _layout.Input, _input[..(images * _layout.ImageBytes)], [images, .. _layout.ImageShape], outputs);
    }

    public void Dispose()
    {
        // The arrays are the collector's.
    }
}
