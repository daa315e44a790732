using ResNetService.Inference.Execution;

namespace ResNetService.Inference.Tests.Batching;

/// <summary>A session whose runs a test lets through one by one. Logits are the mean of each image's red, green and blue, as TinyOnnx.MeanColor.</summary>
internal sealed class FakeSession : IExecutionSession
{
    private readonly SemaphoreSlim _permits = new(0);
    private readonly SemaphoreSlim _started = new(0);
    private readonly ManualResetEventSlim _comeBack = new();

    /// <summary>Sizes of the batches so far.</summary>
    public List<int> Batches { get; } = [];

    /// <summary>Which of them shared the cores.</summary>
    public List<bool> Shares { get; } = [];

    public bool Fails { get; set; }

    /// <summary>Whether runs that begin now hang, until <see cref="ComeBack"/>.</summary>
    public bool Hangs { get; set; }

    public bool DividesCores { get; set; }

    public string Provider => "cpu";

    public GraphSignature Signature { get; } = new([], []);

    /// <summary>Lets those go on that hang.</summary>
    public void ComeBack() => _comeBack.Set();

    /// <summary>Lets so many runs end.</summary>
    public void Permit(int runs) => _permits.Release(runs);

    /// <summary>Ends when one more run has begun.</summary>
    public Task RunStartedAsync() => _started.WaitAsync(TestContext.Current.CancellationToken);

    public void Run(string inputName, Memory<byte> input, ReadOnlySpan<long> shape, params IReadOnlyList<OutputTensor> outputs)
    {
        var images = (int)shape[0];
        lock (Batches)
            Batches.Add(images);
        var hangs = Hangs;
        _started.Release();
        if (hangs)
            _comeBack.Wait();
        else
            _permits.Wait();
        if (Fails)
            throw new ExecutionException("the test wants it so");

        var length = input.Length / images;
        for (var i = 0; i < images; i++)
        {
            for (var channel = 0; channel < 3; channel++)
                outputs[0].Values.Span[(i * 3) + channel] = input.Span[(i * length) + channel];
        }
    }

    public IReadOnlyList<IExecutionBuffer> CreateBuffers(BatchLayout layout, int count, int runs) =>
        [.. Enumerable.Range(0, count).Select(_ => new ColdBuffer(this, new HostBuffer(this, layout)))];

    public void Dispose()
    {
        _permits.Dispose();
        _comeBack.Dispose();
        _started.Dispose();
    }

    /// <summary>A test counts its own runs alone.</summary>
    private sealed class ColdBuffer(FakeSession session, IExecutionBuffer buffer) : IExecutionBuffer
    {
        public Memory<byte> Input => buffer.Input;

        public ReadOnlyMemory<float> Output => buffer.Output;

        public ReadOnlyMemory<float> Features => buffer.Features;

        public IReadOnlyList<int> WarmUpSizes => [];

        public void Run(int images, bool shares, bool features)
        {
            lock (session.Batches)
                session.Shares.Add(shares);
            buffer.Run(images, shares, features);
        }

        public void Dispose() => buffer.Dispose();
    }
}
