namespace ResNetService.Inference.Execution;

/// <summary>A batch in this process's memory, as the CPU reads it. Made once, pinned for good: a run copies and allocates nothing of its size.</summary>
internal sealed class HostBuffer : IExecutionBuffer
{
    private readonly IExecutionSession _session;
    private readonly BatchLayout _layout;
    private readonly Memory<byte> _input;
    private readonly Memory<float> _output;

    public HostBuffer(IExecutionSession session, BatchLayout layout)
    {
        (_session, _layout) = (session, layout);
        _input = AlignedMemory.Allocate<byte>(checked(layout.Capacity * layout.ImageBytes));
        _output = AlignedMemory.Allocate<float>(checked(layout.Capacity * layout.OutputLength));
    }

    public Memory<byte> Input => _input;

    public ReadOnlyMemory<float> Output => _output;

    public IReadOnlyList<int> WarmUpSizes => _layout.Capacity == 1 ? [1] : [1, _layout.Capacity];

    public void Run(int images) => _session.Run(
        _layout.Input,
        _input[..(images * _layout.ImageBytes)],
        [images, .. _layout.ImageShape],
        _layout.Output,
        _output[..(images * _layout.OutputLength)]);

    public void Dispose()
    {
        // The arrays are the collector's.
    }
}
