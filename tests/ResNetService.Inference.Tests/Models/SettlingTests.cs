using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Tests.Models;

/// <summary>Files that are written while somebody asks for their model.</summary>
public sealed class SettlingTests : IAsyncDisposable
{
    private readonly SettlingTime _time = new();
    private readonly RepositoryFixture _fixture;
    private Action<string> _onLoad = _ => { };

    public SettlingTests() => _fixture = new(new MeddlingBackend(graph => _onLoad(graph)), _time);

    private TinyModelRepository Files => _fixture.Files;

    private ModelRepository Repository => _fixture.Repository;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _fixture.DisposeAsync();
        _time.Dispose();
    }

    /// <summary>Options that change twice in a moment, as a file does that is saved, are no reason to take files for whole.</summary>
    [Fact]
    public async Task LooksThatAreTooNearEachOther_SettleNothing()
    {
        Files.Add("a", "1");
        await _fixture.OpenAsync();
        _fixture.Options.WatchInterval = TimeSpan.FromSeconds(5);
        Files.Add("b", "1");

        Assert.False(await Repository.RefreshAsync(Token));
        Assert.False(await Repository.RefreshAsync(Token));
        Assert.Equal("a:1", _fixture.Served);
        _time.Advance(RepositoryFolder.Settling);
        Assert.True(await Repository.RefreshAsync(Token));
        Assert.Equal("a:1 b:1", _fixture.Served);
    }

    [Fact]
    public async Task Load_OfFilesThatAreBeingWritten_LoadsThemWhenTheyAreWhole()
    {
        Files.Add("a", "1");
        await _fixture.OpenAsync();
        Files.Add("b", "1", [1, 2, 3], TinyModelRepository.Manifest());

        var loading = Repository.LoadAsync("b", Token);
        await _time.BetweenLooksAsync(() => Files.Add("b", "1"));
        await _time.BetweenLooksAsync(() => Assert.Equal("a:1", _fixture.Served));
        await loading;

        Assert.Equal("a:1 b:1", _fixture.Served);
    }

    [Fact]
    public async Task Load_OfFilesThatDoNotSettle_IsNotReady_AndLoadsNothing()
    {
        Files.Add("a", "1");
        await _fixture.OpenAsync();
        Files.Add("b", "1");

        var loading = Repository.LoadAsync("b", Token);
        for (var look = 1; look < 5; look++)
            await _time.BetweenLooksAsync(() => Append("b"));

        var error = (await Assert.ThrowsAsync<ServiceException>(() => loading)).Error;
        Assert.Equal((ErrorCode.NotReady, TimeSpan.FromSeconds(1)), (error.Code, error.RetryAfter));
        Assert.Equal("a:1", _fixture.Served);
    }

    [Fact]
    public async Task Load_LeavesOtherModelsToTheirOwnLooks()
    {
        Files.Add("a", "1");
        await _fixture.OpenAsync();
        Files.Add("b", "1").Add("c", "1").AddWithFeatures("a", "1");

        await LoadAsync("b");
        var settled = await Repository.RefreshAsync(Token);

        Assert.False(settled);
        Assert.Equal("a:1 b:1", _fixture.Served);
        Assert.Null(_fixture.Instance("a").Model.Features);
        Assert.True(await Repository.RefreshAsync(Token));
        Assert.Equal("a:1 b:1 c:1", _fixture.Served);
        Assert.NotNull(_fixture.Instance("a").Model.Features);
    }

    [Fact]
    public async Task Load_OfFilesThatChangeWhileTheyAreLoaded_LoadsThemAgain()
    {
        Files.Add("a", "1");
        await _fixture.OpenAsync();
        Files.Add("a", "1");
        var loads = 0;
        _onLoad = _ =>
        {
            if (++loads == 1)
                Files.AddWithFeatures("a", "1");
        };

        var loading = Repository.LoadAsync("a", Token);
        for (var look = 1; look <= 3; look++)
            await _time.BetweenLooksAsync(() => { });
        await loading;

        Assert.Equal(2, loads);
        Assert.NotNull(_fixture.Instance("a").Model.Features);
    }

    [Fact]
    public async Task LoadOnRequest_OfFilesThatHaveChangedSinceTheLook_LoadsThemWhenTheyAreWhole()
    {
        Files.Add("a", "1").Add("b", "1");
        _fixture.Options = new() { LoadOnRequest = true };
        await _fixture.OpenAsync();
        Files.Add("b", "1", [1, 2, 3], TinyModelRepository.Manifest());

        var loading = Repository.LoadOnRequestAsync("b", Token);
        await _time.BetweenLooksAsync(() => Files.AddWithFeatures("b", "1"));
        await _time.BetweenLooksAsync(() => Assert.Equal("a:1 (b:1)", _fixture.Served));

        using var lease = await loading;
        Assert.NotNull(lease.Model.Features);
    }

    [Fact]
    public async Task LoadOnRequest_OfFilesThatChangeWhileTheyAreLoaded_LoadsThemAgain()
    {
        Files.Add("a", "1").Add("b", "1");
        _fixture.Options = new() { LoadOnRequest = true };
        await _fixture.OpenAsync();
        var loads = 0;
        _onLoad = _ =>
        {
            if (++loads == 1)
                Append("b");
        };

        var loading = Repository.LoadOnRequestAsync("b", Token);
        await _time.BetweenLooksAsync(() => { });
        await _time.BetweenLooksAsync(() => { });

        (await loading).Dispose();
        Assert.Equal(2, loads);
    }

    private async Task LoadAsync(string name)
    {
        var loading = Repository.LoadAsync(name, Token);
        await _time.BetweenLooksAsync(() => { });
        await loading;
    }

    private void Append(string name) => File.AppendAllText(Path.Combine(Files.Path, name, "1", "manifest.json"), " ");
}
