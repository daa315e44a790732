using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using ResNetService.Api.OpenInference.Grpc.Messages;
using ResNetService.Api.Tests.Security;

namespace ResNetService.Api.Tests.Hosting;

/// <summary>The service as an operator gives it a certificate: PEM files that its configuration names.</summary>
public sealed class HttpsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("certificate");
    private readonly TinyModelRepository _models = TinyModelRepository.WithColor();
    private readonly Uri _address = new($"https://127.0.0.1:{LoopbackPort.Free()}");

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _models.Dispose();
    }

    [Fact]
    public async Task Certificate_OfAFile_IsThatOfRestAndGrpcAndOfTheHealthCheck()
    {
        var thumbprint = WriteCertificate();
        using var service = Start();
        await service.LineAsync(line => line.Contains("Application started", StringComparison.Ordinal));
        using var handler = Trusting(thumbprint);
        using var client = new HttpClient(handler) { BaseAddress = _address, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var channel = GrpcChannel.ForAddress(_address, new() { HttpHandler = Trusting(thumbprint), DisposeHttpClient = true });

        await client.PostAsync(Replies.Raw(Replies.Red));
        using var named = await client.AskAsync("GET", "/health/live", ("Host", "photographs.example"));
        var metadata = await new GRPCInferenceService.GRPCInferenceServiceClient(channel).ServerMetadataAsync(new(), cancellationToken: TestContext.Current.CancellationToken);
        using var check = new ServiceProcess("healthcheck", $"--Kestrel:Endpoints:Https:Url={_address}");

        Assert.Equal((HttpVersion.Version20, "max-age=2592000"), (named.Version, named.Header("Strict-Transport-Security")));
        Assert.Equal("ResNetService", metadata.Name);
        Assert.Equal(0, (await check.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task Certificate_ThatIsReplaced_IsTheNewOne_WithoutARestart()
    {
        WriteCertificate();
        using var service = Start();
        await service.LineAsync(line => line.Contains("Application started", StringComparison.Ordinal));
        var before = await PresentedAsync();

        var renewed = WriteCertificate();

        Assert.NotEqual(renewed, before);
        while (await PresentedAsync() != renewed)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
    }

    [Fact]
    public async Task Certificate_ThatIsNotThere_KeepsTheServiceFromStarting()
    {
        using var service = Start();

        var (exitCode, errors, _) = await service.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("tls.crt", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectionWithoutTls_SaysNothingOfHttps()
    {
        using var host = new ServiceHost();

        using var response = await host.Client.AskAsync("GET", "/health/live", ("Host", "photographs.example"));

        Assert.Null(response.Header("Strict-Transport-Security"));
    }

    private ServiceProcess Start() => new(
        $"--Models:Path={_models.Path}", $"--Kestrel:Endpoints:Https:Url={_address}",
        $"--Kestrel:Endpoints:Https:Certificate:Path={File("tls.crt")}", $"--Kestrel:Endpoints:Https:Certificate:KeyPath={File("tls.key")}");

    private string File(string name) => Path.Combine(_folder.FullName, name);

    private string WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=photographs.example", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        System.IO.File.WriteAllText(File("tls.key"), key.ExportPkcs8PrivateKeyPem());
        System.IO.File.WriteAllText(File("tls.crt"), certificate.ExportCertificatePem());
        return certificate.Thumbprint;
    }

    private static SocketsHttpHandler Trusting(string thumbprint) => new()
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is X509Certificate2 presented && presented.Thumbprint == thumbprint },
    };

    /// <summary>The thumbprint of the certificate; null while the address is opened again with the new one.</summary>
    private async Task<string?> PresentedAsync()
    {
        string? presented = null;
        try
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(_address.Host, _address.Port, TestContext.Current.CancellationToken);
            await using var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => (presented = ((X509Certificate2?)certificate)?.Thumbprint) is not null);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = _address.Host }, TestContext.Current.CancellationToken);
            return presented;
        }
        catch (Exception e) when (e is SocketException or IOException or System.Security.Authentication.AuthenticationException)
        {
            return null;
        }
    }
}
