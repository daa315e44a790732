using Microsoft.Extensions.Time.Testing;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Tests.Execution;

namespace ResNetService.Inference.Tests.Models;

/// <summary>What share of the cores a load has, by what is waited for meanwhile. Alone in the process, so that there is something left.</summary>
[Collection(nameof(NativeHeapTests))]
public sealed class LoadPriorityTests : IAsyncDisposable
{
    private readonly List<(int Policy, int Niceness)> _loads = [];
    private readonly RepositoryFixture _fixture;

    public LoadPriorityTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        // By a clock that stands still: however busy the machine is, no load takes too long.
        _fixture = new(new MeddlingBackend(_ => _loads.Add(LowPriority.Run(LinuxThread.Scheduling))), new FakeTimeProvider());
        _fixture.Files.Add("a", "1");
    }

    public ValueTask DisposeAsync() => _fixture?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task LoadAtTheStart_HasTheCores()
    {
        await _fixture.OpenAsync();

        Assert.Equal([LinuxThread.Scheduling()], _loads);
    }

    [Fact]
    public async Task LoadOfANewVersion_HasWhatOthersLeave()
    {
        await _fixture.OpenAsync();
        _fixture.Files.Add("a", "2");
        await _fixture.LookAsync();

        Assert.Equal("a:2", _fixture.Served);
        Assert.Equal(LinuxThread.IdlePolicy, _loads[1].Policy);
    }

    [Fact]
    public async Task LoadThatARequestWaitsFor_HasATenth()
    {
        _fixture.Files.Add("b", "1");
        _fixture.Options = new() { LoadOnRequest = true };
        await _fixture.OpenAsync();
        (await _fixture.Repository.LoadOnRequestAsync("b", TestContext.Current.CancellationToken)).Dispose();

        Assert.Equal(0, _loads[^1].Policy);
        Assert.InRange(_loads[^1].Niceness, 10, 19);
    }
}
