using ResNetService.Inference.Execution;
using ResNetService.Inference.Execution.Cuda;

namespace ResNetService.Inference.Tests.Execution.Cuda;

public sealed class CudaBufferTests : IDisposable
{
    private readonly FakeGraph _graph = new();

    public void Dispose() => _graph.Dispose();

    [Fact]
    public void Run_EveryNumberOfImages_GoesThroughTheNextLargerSize()
    {
        using var buffer = new CudaBuffer(_graph, FakeGraph.Layout(6), captures: null);
        _graph.Events.Clear();

        Assert.Equal([1, 2, 4, 6], buffer.WarmUpSizes);
        for (var images = 1; images <= 6; images++)
        {
            Fill(buffer, images);
            buffer.Run(images);
            AssertSums(buffer, images);
        }

        Assert.Equal(["run 1", "run 2", "run 4", "run 4", "run 6", "run 6"], _graph.Events);
    }

    /// <summary>A replay reads and writes the addresses that were bound: every batch goes through them, there and back, as large as it is.</summary>
    [Fact]
    public void Run_Captured_CopiesTheBatchToTheDeviceAndTheAnswersBack()
    {
        using var captures = new CaptureThread();
        using var buffer = new CudaBuffer(_graph, FakeGraph.Layout(4), captures);
        _graph.Events.Clear();

        foreach (var images in new[] { 3, 1 })
        {
            Fill(buffer, images);
            buffer.Run(images);
            AssertSums(buffer, images);
        }

        Assert.Equal(
            [
                "copy Host [4] of 12 to Device [4] of 12", "replay graph 3 of 4", "copy Device [4] of 16 to Host [4] of 16",
                "copy Host [1] of 3 to Device [1] of 3", "replay graph 1 of 1", "copy Device [1] of 4 to Host [1] of 4",
            ],
            _graph.Events);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_WithFeatures_ReadsThemToo(bool captured)
    {
        using var captures = captured ? new CaptureThread() : null;
        using var buffer = new CudaBuffer(_graph, FakeGraph.LayoutWithFeatures(4), captures);
        _graph.Events.Clear();

        Fill(buffer, 3);
        buffer.Run(3, features: true);
        AssertSums(buffer, 3);
        Assert.Equal(buffer.Input[..9].ToArray().Select(value => (float)value), buffer.Features[..9].ToArray());
        Fill(buffer, 2);
        buffer.Run(2);

        Assert.Equal(
            captured
                ?
                [
                    "copy Host [4] of 12 to Device [4] of 12", "replay graph 6 with features of 4", "copy Device [4] of 16 to Host [4] of 16", "copy Device [4] of 48 to Host [4] of 48",
                    "copy Host [2] of 6 to Device [2] of 6", "replay graph 2 of 2", "copy Device [2] of 8 to Host [2] of 8",
                ]
                : ["run with features 4", "run 2"],
            _graph.Events);
    }

    /// <summary>A graph that is captured for the memory of one buffer must not be replayed for another's.</summary>
    [Fact]
    public void Capture_TwoBuffersOfASession_ShareNoGraphId()
    {
        using var captures = new CaptureThread();
        using var first = new CudaBuffer(_graph, FakeGraph.Layout(2), captures);
        using var second = new CudaBuffer(_graph, FakeGraph.Layout(2), captures);

        foreach (var buffer in new[] { first, second })
        {
            foreach (var size in buffer.WarmUpSizes)
                buffer.Run(size);
        }

        Assert.Equal(
            ["replay graph 1 of 1", "replay graph 2 of 2", "replay graph 3 of 1", "replay graph 4 of 2"],
            _graph.Events.Where(e => e.StartsWith("replay", StringComparison.Ordinal)));
    }

    [Fact]
    public void Input_OneBufferIsFilledWhileAnotherRuns_NeitherDisturbsTheOther()
    {
        using var filled = new CudaBuffer(_graph, FakeGraph.Layout(2), captures: null);
        using var running = new CudaBuffer(_graph, FakeGraph.Layout(2), captures: null);
        Fill(filled, 2);
        running.Input.Span.Fill(200);

        running.Run(2);
        filled.Run(2);

        AssertSums(filled, 2);
        Assert.Equal([600, 600], running.Output.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dispose_ReleasesRunsBeforeTheMemoryThatTheyUse(bool captured)
    {
        using var captures = captured ? new CaptureThread() : null;
        var buffer = new CudaBuffer(_graph, FakeGraph.Layout(2), captures);
        _graph.Events.Clear();

        buffer.Dispose();

        Assert.Equal(0, _graph.Alive);
        Assert.True(_graph.Events.FindLastIndex(e => e.StartsWith("release", StringComparison.Ordinal)) < _graph.Events.FindIndex(e => e.StartsWith("free", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Create_OutOfMemory_FreesWhatItHad(int allocations)
    {
        using var captures = new CaptureThread();
        var graph = new FakeGraph { Memory = allocations };

        Assert.Throws<ExecutionException>(() => new CudaBuffer(graph, FakeGraph.Layout(2), captures));

        Assert.Equal(0, graph.Alive);
        Assert.Equal(allocations, graph.Events.Count(e => e.StartsWith("free", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Run_ImagesThatDoNotFit_AreRefused(int images)
    {
        using var buffer = new CudaBuffer(_graph, FakeGraph.Layout(4), captures: null);

        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Run(images));
    }

    /// <summary>Image i is i+1, i+1, i+1.</summary>
    private static void Fill(CudaBuffer buffer, int images)
    {
        for (var i = 0; i < images; i++)
            buffer.Input.Span.Slice(i * FakeGraph.ImageBytes, FakeGraph.ImageBytes).Fill((byte)(i + 1));
    }

    private static void AssertSums(CudaBuffer buffer, int images) =>
        Assert.Equal(Enumerable.Range(1, images).Select(i => (float)(FakeGraph.ImageBytes * i)), buffer.Output[..images].ToArray());
}
