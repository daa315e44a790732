using Microsoft.Extensions.Logging.Abstractions;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Tests.Execution.Cuda;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Tests.Execution;

public sealed class CpuSessionTests
{
    private static readonly int Cores = Environment.ProcessorCount;

    private readonly FakeOnnxRuntime _runtime = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_ByDefault_HasAllCoresAloneAndAPartBesideOthers(bool asManyAsCores)
    {
        Assert.SkipWhen(Cores == 1, "cores are divided where there are several");
        using var session = Load(new());
        var runs = asManyAsCores ? session.RunsAtOnce : 2;
        var buffers = session.CreateBuffers(FakeGraph.Layout(4), runs + 1, runs);

        buffers[0].Run(1);
        buffers[0].Run(1, shares: true);
        buffers[1].Run(2, shares: true);
        Assert.Equal([Cores, Cores / runs], Threads);
        Assert.Equal(Cores, session.RunsAtOnce);
        // The one waits for its own threads alone, and not for long.
        Assert.Equal(["50", "0"], _runtime.Opened.Select(settings => Assert.Single(settings.Entries, entry => entry.Key.Contains("spin", StringComparison.Ordinal)).Value));
    }

    [Fact]
    public void Run_OneAtATime_OpensNoCopy()
    {
        using var session = Load(new());
        var buffers = session.CreateBuffers(FakeGraph.Layout(4), count: 2, runs: 1);

        buffers[0].Run(1, shares: true);

        Assert.Equal([Cores], Threads);
    }

    [Fact]
    public void Run_BuffersOfSeveralLayouts_ShareOneCopy()
    {
        Assert.SkipWhen(Cores == 1, "cores are divided where there are several");
        using var session = Load(new());

        foreach (var capacity in new[] { 1, 2, 4 })
            session.CreateBuffers(FakeGraph.Layout(capacity), count: 1, runs: 2)[0].Run(1, shares: true);

        Assert.Equal(2, _runtime.Opened.Count);
    }

    [Fact]
    public void Run_FixedThreads_AreTheSameBesideOthers()
    {
        using var session = Load(new() { IntraOpThreads = 1 });
        var buffers = session.CreateBuffers(FakeGraph.Layout(4), Cores + 1, Cores);

        buffers[0].Run(1, shares: true);

        Assert.Equal([1], Threads);
        Assert.False(session.DividesCores);
        Assert.Equal(Cores, session.RunsAtOnce);
    }

    [Fact]
    public void CreateBuffers_Several_TheFirstWarmsTheSession()
    {
        using var session = Load(new());
        var buffers = session.CreateBuffers(FakeGraph.Layout(4), count: 3, runs: 2);

        Assert.Equal([1], buffers[0].WarmUpSizes);
        Assert.All(buffers.Skip(1), buffer => Assert.Empty(buffer.WarmUpSizes));
    }

    /// <summary>The processors where it makes a difference are not those that these tests run on.</summary>
    [Theory]
    [InlineData(Precision.Fp32, false)]
    [InlineData(Precision.Int8, true)]
    public void Load_ByPrecision_AsksForSumsThatDoNotOverflow(Precision precision, bool asks)
    {
        using var session = Load(new(), precision);

        Assert.Equal(asks, _runtime.Opened[0].Entries.Contains(new("session.x64quantprecision", "1")));
    }

    private IEnumerable<int> Threads => _runtime.Opened.Select(settings => settings.IntraOpThreads);

    private IExecutionSession Load(ExecutionOptions options, Precision precision = Precision.Fp32) =>
        new OnnxRuntimeBackend(options, NullLogger.Instance, _runtime).Load("model.onnx", precision);
}
