namespace ResNetService.Modeling.Pull;

/// <summary>Runs the network's part of one attempt: gives each step so long, and says of every failure whether another attempt may help.</summary>
internal sealed class NetworkGuard : IDisposable
{
    private readonly Uri _url;
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenSource _inactivity;
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _caller;

    public NetworkGuard(Uri url, TimeSpan timeout, TimeProvider time, CancellationToken caller)
    {
        (_url, _timeout, _caller) = (url, timeout, caller);
        _inactivity = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_inactivity.Token, caller);
    }

    /// <param name="isFirstContact">Whether nothing of the file is here yet: then an unknown host is no passing weakness of the network.</param>
    /// <exception cref="InterruptedException">Another attempt may help.</exception>
    /// <exception cref="DownloadException">Another attempt would not.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> step, bool isFirstContact = false)
    {
        _inactivity.CancelAfter(_timeout);
        try
        {
            return await step(_either.Token);
        }
        catch (OperationCanceledException e) when (!_caller.IsCancellationRequested)
        {
            throw new InterruptedException($"sent nothing for {_timeout.TotalSeconds} s", innerException: e);
        }
        catch (HttpRequestException e) when (IsLasting(e.HttpRequestError, isFirstContact))
        {
            throw new DownloadException($"{_url} cannot be reached: {Reason(e)}; a proxy is taken from HTTPS_PROXY, and --mirror names another place", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new InterruptedException($"cannot be read: {Reason(e)}", innerException: e);
        }
    }

    public void Dispose()
    {
        _either.Dispose();
        _inactivity.Dispose();
    }

    private static bool IsLasting(HttpRequestError error, bool isFirstContact) => error switch
    {
        HttpRequestError.NameResolutionError => isFirstContact,
        HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError => true,
        _ => false,
    };

    /// <summary>.NET hides what a certificate lacks in the exception below.</summary>
    private static string Reason(Exception e) =>
        (e.InnerException is { } inner && !e.Message.Contains(inner.Message, StringComparison.Ordinal) ? $"{e.Message} {inner.Message}" : e.Message).TrimEnd('.');
}
