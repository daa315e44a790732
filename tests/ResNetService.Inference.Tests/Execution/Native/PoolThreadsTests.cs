using ResNetService.Inference.Execution;
using ResNetService.Inference.Execution.Native;

namespace ResNetService.Inference.Tests.Execution.Native;

/// <summary>Alone in the process, whose threads are counted.</summary>
[Collection(nameof(NativeHeapTests))]
public sealed class PoolThreadsTests : IDisposable
{
    private const int Threads = 3;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory();

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void SessionThatALowThreadOpens_RunsOnThreadsOfNormalPriority_WhichEndWithIt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        var (path, here, before) = (Path.Combine(_root.FullName, "model.onnx"), LinuxThread.Scheduling(), LinuxThread.Named(PoolThreads.Name));
        File.WriteAllBytes(path, TinyOnnx.MeanColor(8));
        var backend = ExecutionBackend.With(new ExecutionOptions { Provider = ProviderChoice.Cpu, IntraOpThreads = Threads });

        var session = LowPriority.Of(LoadPriority.Idle, () => backend.Load(path));
        var started = LinuxThread.Named(PoolThreads.Name).ExceptBy(before.Keys, thread => thread.Key).ToArray();
        session.Dispose();

        // One of the session's threads is that which runs it.
        Assert.Equal(Threads - 1, started.Length);
        Assert.All(started, thread => Assert.Equal(here, thread.Value));
        // .NET has ended a thread a moment before Linux has.
        Assert.True(SpinWait.SpinUntil(() => !LinuxThread.Named(PoolThreads.Name).Keys.Intersect(started.Select(thread => thread.Key)).Any(), TimeSpan.FromSeconds(30)));
    }
}
