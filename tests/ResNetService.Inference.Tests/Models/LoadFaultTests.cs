using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Models;
using ResNetService.Inference.Tests.Execution;

namespace ResNetService.Inference.Tests.Models;

/// <summary>Loads that fail for another reason than what is in the files, and loads that hang.</summary>
public sealed class LoadFaultTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly MeddlingBackend _backend;
    private readonly RepositoryFixture _fixture;
    private Action _onLoadOfB = () => { };

    public LoadFaultTests()
    {
        _backend = new(OnLoad);
        _fixture = new(_backend, _time);
        _fixture.Files.Add("a", "1");

        void OnLoad(string graph)
        {
            if (graph.Contains($"{Path.DirectorySeparatorChar}b{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                _onLoadOfB();
        }
    }

    private TinyModelRepository Files => _fixture.Files;

    private ModelRepository Repository => _fixture.Repository;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task FailureThatMayPass_IsTriedAgain_EachTimeLater()
    {
        var loads = 0;
        _onLoadOfB = () =>
        {
            if (++loads <= 3)
                throw new ExecutionException("the disk is away", new IOException());
        };
        Files.Add("b", "1");
        await _fixture.OpenAsync();
        Assert.Equal((ModelState.Invalid, "the disk is away"), (_fixture.Entry("b:1").State, Assert.Single(_fixture.Entry("b:1").Faults)));

        foreach (var (seconds, expected) in new[] { (4, 1), (1, 2), (9, 2), (1, 3), (19, 3) })
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            await _fixture.LookAsync();
            Assert.Equal(expected, loads);
        }

        Assert.Equal("a:1", _fixture.Served);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _fixture.LookAsync();
        Assert.Equal("a:1 b:1", _fixture.Served);
        Assert.Empty(_fixture.Entry("b:1").Faults);
    }

    /// <summary>As often as any other, though the default is loaded wherever it can be.</summary>
    [Fact]
    public async Task FailureThatMayPass_OfAModelThatIsToBeTheDefault_IsTriedAgainLater()
    {
        var loads = 0;
        _onLoadOfB = () =>
        {
            loads++;
            throw new ExecutionException("the disk is away", new IOException());
        };
        Files.Add("b", "1");
        _fixture.Options = new() { Default = "a", LoadOnRequest = true };
        await _fixture.OpenAsync();

        _fixture.Options = new() { Default = "b", LoadOnRequest = true };
        await _fixture.LookAsync();
        await _fixture.LookAsync();
        Assert.Equal((1, TimeSpan.FromSeconds(5)), (loads, Repository.UntilRetry));
        _time.Advance(TimeSpan.FromSeconds(5));
        await _fixture.LookAsync();
        Assert.Equal((2, TimeSpan.FromSeconds(10)), (loads, Repository.UntilRetry));
    }

    [Fact]
    public async Task FailureOfTheFiles_IsNotTriedAgain_UntilTheyChange()
    {
        var loads = 0;
        _onLoadOfB = () =>
        {
            loads++;
            throw new ExecutionException("it is no graph");
        };
        Files.Add("b", "1");
        await _fixture.OpenAsync();

        _time.Advance(TimeSpan.FromHours(1));
        await _fixture.LookAsync();

        Assert.Equal(1, loads);
    }

    [Theory]
    [InlineData("Exception during initialization: std::bad_alloc")]
    [InlineData("Failed to allocate memory for requested buffer of size 536870912")]
    [InlineData("CUDA failure 2: out of memory ; GPU=0")]
    public async Task LackOfMemory_OfWhichOnnxRuntimeTells_IsTriedAgain(string words)
    {
        var loads = 0;
        _onLoadOfB = () =>
        {
            if (++loads == 1)
                throw new ExecutionException("b cannot be loaded", new ExecutionException(words));
        };
        Files.Add("b", "1");
        await _fixture.OpenAsync();

        _time.Advance(TimeSpan.FromSeconds(5));
        await _fixture.LookAsync();

        Assert.Equal("a:1 b:1", _fixture.Served);
    }

    [Fact]
    public async Task LoadOnRequest_FailureThatMayPass_IsNotReady_UntilItIsTriedAgain()
    {
        var fails = true;
        _onLoadOfB = () =>
        {
            if (fails)
                throw new InsufficientMemoryException("the test wants it so");
        };
        Files.Add("b", "1");
        _fixture.Options = new() { LoadOnRequest = true };
        await _fixture.OpenAsync();

        for (var caller = 0; caller < 2; caller++)
        {
            var error = (await Assert.ThrowsAsync<ServiceException>(() => Repository.LoadOnRequestAsync("b", Token))).Error;
            Assert.Equal((ErrorCode.NotReady, TimeSpan.FromSeconds(5)), (error.Code, error.RetryAfter));
        }

        var status = Repository.Snapshot.Statuses.Single(status => status.Name == "b");
        Assert.Equal((ModelState.Invalid, false), (status.State, status.LoadsOnRequest));
        fails = false;
        _time.Advance(TimeSpan.FromSeconds(5));
        (await Repository.LoadOnRequestAsync("b", Token)).Dispose();
        Assert.Equal("a:1 b:1", _fixture.Served);
    }

    [Fact]
    public async Task LoadOnRequest_WhoWaitsForALoadThatFails_IsToldAsTheFirst()
    {
        using var isLoading = new SemaphoreSlim(0);
        using var goesOn = new SemaphoreSlim(0);
        _onLoadOfB = () =>
        {
            isLoading.Release();
            goesOn.Wait(Token);
            throw new ExecutionException("it is no graph");
        };
        Files.Add("b", "1");
        _fixture.Options = new() { LoadOnRequest = true };
        await _fixture.OpenAsync();

        var first = Repository.LoadOnRequestAsync("b", Token);
        await isLoading.WaitAsync(Token);
        var second = Repository.LoadOnRequestAsync("b", Token);
        goesOn.Release();

        Assert.Equal(ErrorCode.NotReady, (await Assert.ThrowsAsync<ServiceException>(() => first)).Error.Code);
        Assert.Equal(ErrorCode.NotReady, (await Assert.ThrowsAsync<ServiceException>(() => second)).Error.Code);
    }

    [Fact(Timeout = 120_000)]
    public async Task LoadBesideAMachineThatIsNeverIdle_BeginsOnceMore_AndTheOtherIsThrownAway()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        var token = TestContext.Current.CancellationToken;
        using var starves = new ManualResetEventSlim();
        var loads = new ConcurrentQueue<(int Policy, int Niceness)>();
        await _fixture.OpenAsync();
        _onLoadOfB = () =>
        {
            loads.Enqueue(LowPriority.Run(LinuxThread.Scheduling));
            if (loads.Last().Policy == LinuxThread.IdlePolicy)
                starves.Wait(TimeSpan.FromMinutes(1), token);
        };

        Files.Add("b", "1");
        var looking = _fixture.LookAsync();
        while (loads.IsEmpty)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, token);
        // In steps, since nobody knows when the wait for it begins.
        while (!looking.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(2.1));
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, token);
        }

        await looking;
        Assert.Equal("a:1 b:1", _fixture.Served);
        Assert.Contains(loads, load => load.Policy == 0 && load.Niceness >= 10);
        starves.Set();
        while (_backend.Disposed == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, token);
        Assert.Equal((3, 1), (_backend.Loaded, _backend.Disposed));
        using var lease = await Repository.LoadOnRequestAsync("b", token);
        Assert.Equal(0, lease.Instance.Batcher.Load.Held);
    }

    [Fact]
    public async Task LoadThatHangs_IsGivenUp_AndOtherModelsGoOn()
    {
        using var isLoading = new SemaphoreSlim(0);
        using var comesBack = new ManualResetEventSlim();
        await _fixture.OpenAsync();
        _onLoadOfB = () =>
        {
            isLoading.Release();
            comesBack.Wait(TimeSpan.FromMinutes(1), Token);
        };

        Files.Add("b", "1").Add("c", "1");
        var looking = _fixture.LookAsync();
        await isLoading.WaitAsync(Token);
        // No further: the clock would run away from the load of the other model too.
        for (var minute = 0; _fixture.Entry("b:1").IsComing; minute++)
        {
            Assert.True(minute < 1000, "the load is given up");
            _time.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        }

        await looking;
        Assert.Equal("a:1 c:1", _fixture.Served);
        Assert.Contains("was not loaded in 90 s", Assert.Single(_fixture.Entry("b:1").Faults), StringComparison.Ordinal);
        comesBack.Set();
        await Repository.UnloadAsync("c", Token);
        Assert.Equal("a:1", _fixture.Served);
    }
}
