using Microsoft.Extensions.Logging.Abstractions;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Tests.Execution.Cuda;

namespace ResNetService.Inference.Tests.Execution;

public sealed class CpuSessionTests
{
    private readonly FakeOnnxRuntime _runtime = new();

    [Fact]
    public void Run_ByDefault_HasAllCoresAloneAndOneThreadBesideOthers()
    {
        Assert.SkipWhen(Environment.ProcessorCount == 1, "cores are divided where there are several");
        using var session = Load(new());
        using var buffer = session.CreateBuffer(FakeGraph.Layout(4));

        buffer.Run(1);
        Assert.Equal([Environment.ProcessorCount], Threads);
        buffer.Run(1, shares: true);
        buffer.Run(2, shares: true);
        Assert.Equal([Environment.ProcessorCount, 1], Threads);
        Assert.Equal(Environment.ProcessorCount, session.RunsAtOnce);
        // The one waits for its own threads alone, and not for long.
        Assert.Equal("50", Assert.Single(_runtime.Opened[0].Entries, entry => entry.Key.Contains("spin", StringComparison.Ordinal)).Value);
        Assert.Equal("0", Assert.Single(_runtime.Opened[1].Entries, entry => entry.Key.Contains("spin", StringComparison.Ordinal)).Value);
    }

    [Fact]
    public void Run_FixedThreads_AreTheSameBesideOthers()
    {
        using var session = Load(new() { IntraOpThreads = 1 });
        using var buffer = session.CreateBuffer(FakeGraph.Layout(4));

        buffer.Run(1, shares: true);

        Assert.Equal([1], Threads);
        Assert.False(session.DividesCores);
        Assert.Equal(Environment.ProcessorCount, session.RunsAtOnce);
    }

    [Fact]
    public void CreateBuffer_Several_TheFirstWarmsTheSession()
    {
        using var session = Load(new());
        using var first = session.CreateBuffer(FakeGraph.Layout(4));
        using var second = session.CreateBuffer(FakeGraph.Layout(4));

        Assert.Equal([1, 4], first.WarmUpSizes);
        Assert.Empty(second.WarmUpSizes);
    }

    private IEnumerable<int> Threads => _runtime.Opened.Select(settings => settings.IntraOpThreads);

    private IExecutionSession Load(ExecutionOptions options) => new OnnxRuntimeBackend(options, NullLogger.Instance, _runtime).Load("model.onnx");
}
