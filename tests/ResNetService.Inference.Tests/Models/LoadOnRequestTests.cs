using Microsoft.Extensions.Time.Testing;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Tests.Models;

/// <summary>Models that are loaded when they are asked for, and the memory that they share.</summary>
public sealed class LoadOnRequestTests : IAsyncDisposable
{
    private readonly RepositoryFixture _fixture = new();

    private TinyModelRepository Files => _fixture.Files;

    private ModelRepository Repository => _fixture.Repository;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task LoadOnRequest_NewVersionOfWhatIsInUse_IsLoadedBeforeTheOldGoes()
    {
        Files.Add("a", "1").Add("b", "1");
        _fixture.Options = new() { LoadOnRequest = true };
        await _fixture.OpenAsync();
        (await Repository.LoadOnRequestAsync("b", Token)).Dispose();

        Files.Add("b", "2", [1], TinyModelRepository.Manifest());
        await _fixture.LookAsync();
        Assert.Equal("a:1 b:1", _fixture.Served);
        Files.Add("b", "2");
        await _fixture.LookAsync();

        Assert.Equal("a:1 b:2", _fixture.Served);
    }

    [Fact]
    public async Task LoadOnRequest_OfACallerWhoGoes_IsHeldByNobody()
    {
        using var caller = new CancellationTokenSource();
        await using var fixture = new RepositoryFixture(new MeddlingBackend(graph =>
        {
            if (graph.Contains($"{Path.DirectorySeparatorChar}b{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                caller.Cancel();
        }));
        fixture.Files.Add("a", "1").Add("b", "1");
        fixture.Options = new() { LoadOnRequest = true };
        await fixture.OpenAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Repository.LoadOnRequestAsync("b", caller.Token));
        // The next change waits for that one to end.
        (await fixture.Repository.LoadOnRequestAsync("b", Token)).Dispose();
        Assert.Equal("a:1 b:1", fixture.Served);

        await fixture.Instance("b").RetireAsync().WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System, Token);
    }

    [Fact]
    public async Task WhileAModelIsLoadedOnRequest_OthersWhoAskForItWait()
    {
        ModelSnapshot? seen = null;
        RepositoryFixture? fixture = null;
        await using var held = fixture = new RepositoryFixture(new MeddlingBackend(_ => seen = fixture?.Repository.Snapshot));
        fixture.Files.Add("a", "1").Add("b", "1");
        fixture.Options = new() { LoadOnRequest = true };
        await fixture.OpenAsync();

        (await fixture.Repository.LoadOnRequestAsync("b", Token)).Dispose();

        var entry = seen!.Find("b")!;
        Assert.Equal((true, ModelState.Loading), (entry.Serves, entry.State));
    }

    [Fact]
    public async Task LoadOnRequest_LoadsWhenItIsAskedFor_OnceForAll()
    {
        Files.Add("a", "1").Add("b", "1");
        _fixture.Options = new() { LoadOnRequest = true };
        await _fixture.OpenAsync();
        Assert.Equal("a:1 (b:1)", _fixture.Served);
        Assert.Equal(ModelState.Unloaded, _fixture.Entry("b:1").State);

        var leases = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Repository.LoadOnRequestAsync("b", Token)));

        Assert.Equal("a:1 b:1", _fixture.Served);
        Assert.Single(leases.Select(lease => lease.Instance).Distinct());
        foreach (var lease in leases)
            lease.Dispose();
    }

    [Fact]
    public async Task LoadOnRequest_OfWhatDoesNotLoad_IsAnError_AndInvalidFromThenOn()
    {
        Files.Add("a", "1").Add("b", "1", [1], TinyModelRepository.Manifest());
        _fixture.Options = new() { LoadOnRequest = true };
        await _fixture.OpenAsync();

        var error = (await Assert.ThrowsAsync<ServiceException>(() => Repository.LoadOnRequestAsync("b", Token))).Error;

        Assert.Equal(ErrorCode.NotReady, error.Code);
        Assert.Equal(ModelState.Invalid, _fixture.Entry("b:1").State);
    }

    [Fact]
    public async Task LoadOnRequest_OfAModelWhoseManifestIsGone_IsNotServedAsABareGraph()
    {
        Files.Add("a", "1").Add("b", "1");
        _fixture.Options = new() { LoadOnRequest = true };
        await _fixture.OpenAsync();
        File.Delete(Path.Combine(Files.Path, "b", "1", "manifest.json"));
        await _fixture.LookAsync();

        await Assert.ThrowsAsync<ServiceException>(() => Repository.LoadOnRequestAsync("b", Token));

        Assert.Contains("there is no manifest.json beside it", Assert.Single(_fixture.Entry("b:1").Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MemoryBudget_GivesTheRoomOfWhatWasAskedForLongestAgo_NeverThatOfTheDefault()
    {
        // What gives its place has all the time it needs to end.
        await using var fixture = new RepositoryFixture(time: new FakeTimeProvider());
        fixture.Files.Add("a", "1").Add("b", "1").Add("c", "1").Add("d", "1");
        var one = ModelLoader.EstimateOf(ModelScan.InDirectory("a", "1", Path.Combine(fixture.Files.Path, "a", "1")));
        fixture.Options = new() { MemoryBudget = 3 * one };
        await fixture.OpenAsync();
        Assert.Equal("a:1 b:1 c:1 (d:1)", fixture.Served);
        Assert.True(fixture.Instance("b").TryHold());
        fixture.Instance("b").LetGo();

        using (await fixture.Repository.LoadOnRequestAsync("d", Token))
            Assert.Equal("a:1 b:1 (c:1) d:1", fixture.Served);

        using (await fixture.Repository.LoadOnRequestAsync("c", Token))
            Assert.Equal("a:1 (b:1) c:1 d:1", fixture.Served);
    }

    [Fact]
    public async Task MemoryBudget_CountsWhatStillAnswers()
    {
        ModelLease? held = null;
        await using var fixture = new RepositoryFixture(new MeddlingBackend(graph => Assert.True(
            !graph.Contains($"{Path.DirectorySeparatorChar}c{Path.DirectorySeparatorChar}", StringComparison.Ordinal) || held is null)), new FakeTimeProvider());
        fixture.Files.Add("a", "1").Add("b", "1").Add("c", "1");
        fixture.Options = new() { MemoryBudget = 2 * ModelLoader.EstimateOf(ModelScan.InDirectory("a", "1", Path.Combine(fixture.Files.Path, "a", "1"))) };
        await fixture.OpenAsync();
        using var lease = await fixture.Repository.LoadOnRequestAsync("b", Token);
        held = lease;

        var loading = fixture.Repository.LoadOnRequestAsync("c", Token);
        while (fixture.Entry("b:1").Instance is not null)
        {
            Assert.False(loading.IsCompleted, "another gives its place first");
            await Task.Yield();
        }

        Assert.Equal("a:1 (b:1) (c:1)", fixture.Served);
        held = null;
        lease.Dispose();

        (await loading).Dispose();
        Assert.Equal("a:1 (b:1) c:1", fixture.Served);
    }

    [Fact]
    public async Task MemoryBudget_WhatStillAnswersTooLong_IsNotReady_AndTakesNothingMore()
    {
        Files.Add("a", "1").Add("b", "1").Add("c", "1").Add("d", "1");
        var one = ModelLoader.EstimateOf(ModelScan.InDirectory("a", "1", Path.Combine(Files.Path, "a", "1")));
        _fixture.Options = new() { MemoryBudget = 3 * one };
        await _fixture.OpenAsync();
        using var held = await Repository.LoadOnRequestAsync("b", Token);
        (await Repository.LoadOnRequestAsync("c", Token)).Dispose();

        var error = (await Assert.ThrowsAsync<ServiceException>(() => Repository.LoadOnRequestAsync("d", Token))).Error;
        Assert.Equal((ErrorCode.NotReady, TimeSpan.FromSeconds(1)), (error.Code, error.RetryAfter));
        await Assert.ThrowsAsync<ServiceException>(() => Repository.LoadOnRequestAsync("d", Token));
        Assert.Equal("a:1 (b:1) c:1 (d:1)", _fixture.Served);
        held.Dispose();

        // On a busy machine its end may take longer than one request waits for it.
        for (var attempt = 0; attempt < 30 && _fixture.Served != "a:1 (b:1) c:1 d:1"; attempt++)
        {
            var refusal = await Record.ExceptionAsync(async () => (await Repository.LoadOnRequestAsync("d", Token)).Dispose());
            Assert.True(refusal is null or ServiceException { Error.Code: ErrorCode.NotReady }, $"{refusal}");
        }

        Assert.Equal("a:1 (b:1) c:1 d:1", _fixture.Served);
    }

    [Fact]
    public async Task MemoryBudget_TooSmallForAModel_RefusesItAndTakesNothingFromOthers()
    {
        Files.Add("a", "1").Add("b", "1");
        _fixture.Options = new() { MemoryBudget = 1 };
        await _fixture.OpenAsync();

        var error = (await Assert.ThrowsAsync<ServiceException>(() => Repository.LoadOnRequestAsync("b", Token))).Error;

        Assert.Contains("Models:MemoryBudget has no room", error.Detail, StringComparison.Ordinal);
        Assert.Equal("a:1 (b:1)", _fixture.Served);
    }
}
