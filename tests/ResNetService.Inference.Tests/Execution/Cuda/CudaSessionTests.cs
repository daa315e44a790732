using ResNetService.Inference.Execution;
using ResNetService.Inference.Execution.Cuda;
using ResNetService.Inference.Execution.Native;

namespace ResNetService.Inference.Tests.Execution.Cuda;

public sealed class CudaSessionTests : IDisposable
{
    private readonly FakeGraph _graph = new();

    public void Dispose() => _graph.Dispose();

    [Fact]
    public void Session_NamesProviderAndDevice()
    {
        using var session = Session(captures: false);

        Assert.Equal(("cuda", "GPU 1"), (session.Provider, session.Device));
    }

    /// <summary>ONNX Runtime keeps captured graphs by thread.</summary>
    [Fact]
    public async Task Run_Captured_AllRunsAreOnOneThreadWhoeverAsks()
    {
        using var session = Session(captures: true);
        using var first = session.CreateBuffers(FakeGraph.Layout(4), count: 1, runs: 2)[0];
        using var second = session.CreateBuffers(FakeGraph.Layout(4), count: 1, runs: 2)[0];
        _graph.Threads.Clear();

        await Task.WhenAll(
            Task.Factory.StartNew(() => first.Run(3), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default),
            Task.Factory.StartNew(() => second.Run(4), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        session.Run("image", new byte[3], [1, 3], new OutputTensor("sum", [1, 1], new float[1]));

        Assert.DoesNotContain(Environment.CurrentManagedThreadId, _graph.Threads);
        Assert.Single(_graph.Threads);
    }

    [Fact]
    public void Run_NotCaptured_IsOnTheThreadThatAsks()
    {
        using var session = Session(captures: false);
        using var buffer = session.CreateBuffers(FakeGraph.Layout(4), count: 1, runs: 2)[0];
        _graph.Threads.Clear();

        buffer.Run(2);

        Assert.Equal([Environment.CurrentManagedThreadId], _graph.Threads);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dispose_EndsTheGraph(bool captures)
    {
        Session(captures).Dispose();

        Assert.Equal(["dispose graph"], _graph.Events);
    }

    private CudaSession Session(bool captures) => new(_graph, new CudaSettings(1, null, new Dictionary<string, string>(), captures));
}
