using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace ResNetService.Api.Security.Tokens;

/// <summary>
/// Has the provider's keys fetched once for all who wait for them, and where that fails not again for a while. By itself the library would fetch them for
/// one caller after the other, so that many who come while the provider is silent would wait for as many times as long. Later it looks for new keys in the background.
/// </summary>
internal sealed class FirstKeys(TimeProvider time)
{
    /// <summary>From one attempt to the next.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private Task _fetch = Task.CompletedTask;
    private long? _since;

    /// <param name="provider">Null where the key is in a file.</param>
    /// <exception cref="InvalidOperationException">The provider does not say its keys.</exception>
    public Task FetchAsync(IConfigurationManager<OpenIdConnectConfiguration>? provider, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (provider is not null && (_since is not { } since || (_fetch.IsFaulted && time.GetElapsedTime(since) >= Pause)))
                (_fetch, _since) = (provider.GetConfigurationAsync(CancellationToken.None), time.GetTimestamp());
            return _fetch.WaitAsync(cancellationToken);
        }
    }
}
