using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using ResNetService.Api.Security.Tokens;

namespace ResNetService.Api.Tests.Security.Tokens;

/// <summary>A provider that answers when it is told to.</summary>
public sealed class FirstKeysTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Provider _provider = new();
    private readonly FirstKeys _keys;

    public FirstKeysTests() => _keys = new(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_ForWhichManyWait_AreFetchedOnce_AndNotAgain()
    {
        var waiting = Enumerable.Range(0, 10).Select(_ => _keys.FetchAsync(_provider, Token)).ToArray();
        Assert.DoesNotContain(waiting, one => one.IsCompleted);

        _provider.Answer.SetResult(new());
        await Task.WhenAll(waiting);
        _time.Advance(TimeSpan.FromHours(1));
        await _keys.FetchAsync(_provider, Token);

        Assert.Equal(1, _provider.Asked);
    }

    [Fact]
    public async Task Keys_ThatCannotBeFetched_AreAskedForAgainAfterAPause()
    {
        _provider.Answer.SetException(new InvalidOperationException("silent"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _keys.FetchAsync(_provider, Token));
        _time.Advance(TimeSpan.FromSeconds(9));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _keys.FetchAsync(_provider, Token));
        Assert.Equal(1, _provider.Asked);

        _provider.Answer = new();
        _provider.Answer.SetResult(new());
        _time.Advance(TimeSpan.FromSeconds(1));
        await _keys.FetchAsync(_provider, Token);

        Assert.Equal(2, _provider.Asked);
    }

    [Fact]
    public async Task Caller_WhoLeaves_TakesTheKeysFromNobody()
    {
        using var left = new CancellationTokenSource();
        var (leaving, staying) = (_keys.FetchAsync(_provider, left.Token), _keys.FetchAsync(_provider, Token));

        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        _provider.Answer.SetResult(new());
        await staying;

        Assert.Equal(1, _provider.Asked);
    }

    private sealed class Provider : IConfigurationManager<OpenIdConnectConfiguration>
    {
        public TaskCompletionSource<OpenIdConnectConfiguration> Answer { get; set; } = new();

        public int Asked { get; private set; }

        public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
        {
            Asked++;
            return Answer.Task;
        }

        public void RequestRefresh()
        {
        }
    }
}
