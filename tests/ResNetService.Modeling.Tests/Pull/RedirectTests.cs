using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ResNetService.Modeling.Pull;

namespace ResNetService.Modeling.Tests.Pull;

public sealed class RedirectTests : IDisposable
{
    private static readonly PublishedWeights Weights = DownloadFolder.Weights(DownloadFolder.Content);

    private readonly DownloadFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Redirect_ToAnotherServer_IsFollowedByEachAttempt()
    {
        var seen = new Watermark(1000);
        await using var storage = await LoopbackServer.StartAsync(Answers.Cut(DownloadFolder.Content, 1000, seen.Reached), Answers.File(DownloadFolder.Content));
        await using var server = await LoopbackServer.StartAsync(Answers.Redirect(new Uri(storage.Address, "/signed").AbsoluteUri));

        await _folder.DownloadAsync(server.Address, Weights, progress: seen);

        Assert.Equal(DownloadFolder.Content, _folder.Read(Weights));
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal([("/signed", null), ("/signed", "bytes=1000-")], storage.Requests.Select(r => (r.Path, r.Range)));
    }

    [Fact]
    public async Task Redirect_RelativeAddress_IsFollowed()
    {
        await using var server = await LoopbackServer.StartAsync(Answers.Redirect("../elsewhere"), Answers.File(DownloadFolder.Content));

        await _folder.DownloadAsync(new(server.Address, "/a/b"), Weights);

        Assert.Equal(["/a/b", "/elsewhere"], server.Requests.Select(r => r.Path));
    }

    [Fact]
    public async Task Redirect_InACircle_Ends()
    {
        await using var server = await LoopbackServer.StartAsync(Answers.Redirect("/again"));

        var message = await _folder.FailsAsync(server.Address, Weights, DownloadFolder.Quick with { MaxRedirects = 3 });

        Assert.Equal($"{server.Address} redirects more than 3 times", message);
        Assert.Equal(4, server.Requests.Count);
        Assert.True(_folder.IsGone);
    }

    [Theory]
    [InlineData("ftp://files.example/weights", "redirects to ftp://files.example/weights, from http to ftp, which is not followed")]
    [InlineData("file:///etc/passwd", "redirects to file:///etc/passwd, from http to file, which is not followed")]
    [InlineData(null, "redirects without an address")]
    public async Task Redirect_ToNoServer_IsRefused(string? location, string message)
    {
        await using var server = await LoopbackServer.StartAsync(Answers.Redirect(location));

        Assert.Equal($"{server.Address} {message}", await _folder.FailsAsync(server.Address, Weights));
    }

    [Fact]
    public async Task Redirect_FromHttpsToAPlainConnection_IsRefused()
    {
        await using var plain = await LoopbackServer.StartAsync(Answers.File(DownloadFolder.Content));
        using var certificate = SelfSigned();
        await using var server = await LoopbackServer.StartAsync(certificate, Answers.Redirect(plain.Address.AbsoluteUri));

        var message = await _folder.FailsAsync(server.Address, Weights, handler: Trusting(certificate));

        Assert.Equal($"{server.Address} redirects to {plain.Address}, from https to http, which is not followed", message);
        Assert.Empty(plain.Requests);
    }

    [Fact]
    public async Task Https_CertificateThatNobodyVouchesFor_IsRefusedAtOnce()
    {
        using var certificate = SelfSigned();
        await using var server = await LoopbackServer.StartAsync(certificate, Answers.File(DownloadFolder.Content));

        var message = await _folder.FailsAsync(server.Address, Weights, DownloadFolder.Quick with { FirstDelay = TimeSpan.FromHours(1), MaxDelay = TimeSpan.FromHours(1) });

        Assert.Contains("certificate", message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    private static SocketsHttpHandler Trusting(X509Certificate2 certificate)
    {
        var handler = RedirectingClient.CreateHandler();
        handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => certificate.Equals(shown) };
        return handler;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }
}
