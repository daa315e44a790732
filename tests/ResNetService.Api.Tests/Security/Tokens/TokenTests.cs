using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ResNetService.Api.Tests.Security.Tokens;

/// <summary>Tokens that are really signed, with a key of which the service has the public half in a file.</summary>
public sealed class TokenTests : IDisposable
{
    private const string Issuer = "https://login.example.org";
    private const string Audience = "photographs";

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tokens");
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ServiceHost _host;

    public TokenTests() => _host = new(new(Settings(_rsa.ExportSubjectPublicKeyInfoPem())) { ["Security:Jwt:ClassifyScope"] = "photos.read", ["Security:Jwt:AdminScope"] = "photos.admin" });

    public void Dispose()
    {
        _host.Dispose();
        _rsa.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("photos.read", 200, 403)]
    [InlineData("openid photos.read photos.admin", 200, 400)]
    [InlineData("photos.admin", 403, 400)]
    [InlineData("classify admin", 403, 403)]
    [InlineData("", 403, 403)]
    public async Task Token_MayWhatItsScopeSays(string scope, int classify, int load)
    {
        var token = Token(scope);

        Assert.Equal((classify, load), (await StatusAsync(token), await StatusAsync(token, "/v2/repository/models/color/load")));
    }

    [Fact]
    public async Task Token_WhoseScopesAreAnArray_MayTheSame() =>
        Assert.Equal(200, await StatusAsync(Token(new Dictionary<string, object> { ["scope"] = new[] { "openid", "photos.read" } })));

    [Fact]
    public async Task Token_OfAnEllipticKey_IsTaken()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var host = new ServiceHost(Settings(key.ExportSubjectPublicKeyInfoPem()));

        Assert.Equal(200, await StatusAsync(Token("classify", signing: new(new ECDsaSecurityKey(key), "ES256")), host: host));
    }

    [Fact]
    public async Task TokensAndKeys_AreTakenSideBySide()
    {
        using var host = new ServiceHost(new([.. Settings(_rsa.ExportSubjectPublicKeyInfoPem()), .. Callers.Settings]));

        Assert.Equal(200, await StatusAsync(Token("classify"), host: host));
        Assert.Equal(200, await StatusAsync(Callers.Classifier, host: host));
        Assert.Equal(401, await StatusAsync("", host: host));
    }

    [Fact]
    public async Task Token_ThatHasExpired_IsNotTaken() => Assert.Contains("has expired", await FailAsync(Token("photos.read", expires: Now.AddMinutes(-2))), StringComparison.Ordinal);

    [Fact]
    public async Task Token_ThatIsNotValidYet_IsNotTaken() => Assert.Contains("not valid yet", await FailAsync(Token("photos.read", notBefore: Now.AddMinutes(2))), StringComparison.Ordinal);

    [Fact]
    public async Task Token_ThatNeverExpires_IsNotTaken()
    {
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        var token = handler.CreateToken(new SecurityTokenDescriptor { Issuer = Issuer, Audience = Audience, Claims = Claims("photos.read"), SigningCredentials = new(new RsaSecurityKey(_rsa), "RS256") });

        Assert.Contains("never expires", await FailAsync(token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_ForAnotherService_IsNotTaken() => Assert.Contains("another service", await FailAsync(Token("photos.read", audience: "invoices")), StringComparison.Ordinal);

    [Fact]
    public async Task Token_OfAnotherIssuer_IsNotTaken() => Assert.Contains("another issuer", await FailAsync(Token("photos.read", issuer: "https://elsewhere.example")), StringComparison.Ordinal);

    [Fact]
    public async Task Token_OfAnotherKey_IsNotTaken()
    {
        using var other = RSA.Create(2048);

        Assert.Contains("signature", await FailAsync(Token("photos.read", signing: new(new RsaSecurityKey(other), "RS256"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_WhoseContentWasChanged_IsNotTaken()
    {
        var parts = Token("photos.read").Split('.');
        var content = Encoding.UTF8.GetString(Base64UrlEncoder.DecodeBytes(parts[1])).Replace("photos.read", "photos.admin", StringComparison.Ordinal);

        Assert.Contains("signature", await FailAsync($"{parts[0]}.{Base64UrlEncoder.Encode(content)}.{parts[2]}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    public async Task Token_ThatIsNotSigned_IsNotTaken(string algorithm)
    {
        var parts = Token("photos.read").Split('.');
        var header = Base64UrlEncoder.Encode($$"""{"alg":"{{algorithm}}","typ":"JWT"}""");

        await FailAsync($"{header}.{parts[1]}.");
        await FailAsync($"{header}.{parts[1]}.{parts[2]}");
    }

    /// <summary>The public key is public: as the secret of a signature with a shared one it would prove nothing.</summary>
    [Fact]
    public async Task Token_SignedWithThePublicKeyAsASecret_IsNotTaken()
    {
        foreach (var secret in new[] { Encoding.UTF8.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem()), _rsa.ExportSubjectPublicKeyInfo() })
            await FailAsync(Token("photos.read", signing: new(new SymmetricSecurityKey(secret), "HS256")));
    }

    [Fact]
    public async Task Token_ThatNamesNobody_IsNotTaken()
    {
        var handler = new JsonWebTokenHandler();
        var token = handler.CreateToken(new SecurityTokenDescriptor { Issuer = Issuer, Audience = Audience, Expires = Now.AddMinutes(5).UtcDateTime, Claims = new Dictionary<string, object> { ["scope"] = "photos.read" }, SigningCredentials = new(new RsaSecurityKey(_rsa), "RS256") });

        Assert.Contains("names nobody", await FailAsync(token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.b.c")]
    [InlineData("nonsense")]
    public async Task Text_ThatIsNoToken_IsNotTaken(string text) => await FailAsync(text);

    [Fact]
    public async Task ServiceWithTokensAlone_IsClosed() => Assert.Equal(401, await StatusAsync(""));

    [Fact]
    public async Task Provider_ThatCannotBeReached_IsUnavailable()
    {
        using var host = new ServiceHost(new() { ["Security:Jwt:Authority"] = "https://127.0.0.1:1", ["Security:Jwt:Audience"] = Audience });

        using var response = await host.Client.AskAsync("POST", "/classify", Callers.Bearer(Token("classify")));
        Assert.Contains("cannot be checked now", (await response.ReadProblemAsync(503, "identity-unavailable")).Text("detail"), StringComparison.Ordinal);
    }

    /// <summary>It accepts connections and says nothing: callers with tokens are told in seconds, those with keys at once.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Provider_ThatNeverAnswers_HoldsUpNobodyForLong()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var host = new ServiceHost(new(Callers.Settings) { ["Security:Jwt:Authority"] = $"https://{silent.LocalEndpoint}", ["Security:Jwt:Audience"] = Audience });

        var waiting = Enumerable.Range(0, 8).Select(_ => host.Client.AskAsync("POST", "/classify", Callers.Bearer(Token("classify")))).ToArray();
        Assert.Equal(200, await StatusAsync(Callers.Classifier, host: host));
        Assert.DoesNotContain(waiting, answer => answer.IsCompleted);

        foreach (var answer in await Task.WhenAll(waiting).WaitAsync(TestContext.Current.CancellationToken))
        {
            using var response = answer;
            Assert.Contains("cannot be checked now", (await response.ReadProblemAsync(503, "identity-unavailable")).Text("detail"), StringComparison.Ordinal);
            Assert.Equal(TimeSpan.FromSeconds(10), response.Headers.RetryAfter?.Delta);
        }
    }

    [Theory]
    [InlineData("Security:Jwt:Authority is 'http://login.example.org'", "Security:Jwt:Authority=http://login.example.org", "Security:Jwt:Audience=a")]
    [InlineData("Security:Jwt:Audience is missing", "Security:Jwt:Authority=https://login.example.org")]
    [InlineData("Security:Jwt:Issuer is missing", "Security:Jwt:PublicKeyFile=/no/such/file", "Security:Jwt:Audience=a")]
    [InlineData("Security:Jwt:PublicKeyFile '/no/such/file' cannot be read", "Security:Jwt:PublicKeyFile=/no/such/file", "Security:Jwt:Audience=a")]
    [InlineData("neither Authority nor PublicKeyFile", "Security:Jwt:Audience=a")]
    [InlineData("both Authority and PublicKeyFile", "Security:Jwt:Authority=https://login.example.org", "Security:Jwt:PublicKeyFile=/no/such/file")]
    [InlineData("ClassifyScope and AdminScope are the same", "Security:Jwt:Authority=https://login.example.org", "Security:Jwt:AdminScope=classify")]
    public async Task Options_ThatAreWrong_KeepTheServiceFromStarting(string words, params string[] settings)
    {
        using var service = new ServiceProcess([.. settings.Select(setting => "--" + setting)]);

        var (exitCode, errors, _) = await service.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains(words, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void PublicKey_ThatIsPrivateOrShort_IsRefused()
    {
        using var small = RSA.Create(1024);

        Assert.Equal("has no such key", Api.Security.Tokens.PublicKey.FaultOf(Write(_rsa.ExportPkcs8PrivateKeyPem())));
        Assert.Equal("has no such key", Api.Security.Tokens.PublicKey.FaultOf(Write(small.ExportSubjectPublicKeyInfoPem())));
        Assert.Equal("has no such key", Api.Security.Tokens.PublicKey.FaultOf(Write("words")));
        Assert.Null(Api.Security.Tokens.PublicKey.FaultOf(Write(_rsa.ExportSubjectPublicKeyInfoPem())));
    }

    private Dictionary<string, string> Settings(string publicKey) => new()
    {
        ["Security:Jwt:PublicKeyFile"] = Write(publicKey),
        ["Security:Jwt:Issuer"] = Issuer,
        ["Security:Jwt:Audience"] = Audience,
    };

    private string Write(string text)
    {
        var path = Path.Combine(_folder.FullName, Path.GetRandomFileName());
        File.WriteAllText(path, text);
        return path;
    }

    private static Dictionary<string, object> Claims(string scope) => new() { ["sub"] = "somebody", ["scope"] = scope };

    private string Token(
        string scope, string audience = Audience, string issuer = Issuer, DateTimeOffset? expires = null, DateTimeOffset? notBefore = null, SigningCredentials? signing = null) =>
        Token(Claims(scope), audience, issuer, expires, notBefore, signing);

    private string Token(
        Dictionary<string, object> claims, string audience = Audience, string issuer = Issuer, DateTimeOffset? expires = null, DateTimeOffset? notBefore = null, SigningCredentials? signing = null)
    {
        claims["sub"] = "somebody";
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            Expires = (expires ?? Now.AddMinutes(5)).UtcDateTime,
            NotBefore = (notBefore ?? Now.AddMinutes(-10)).UtcDateTime,
            Claims = claims,
            SigningCredentials = signing ?? new(new RsaSecurityKey(_rsa), "RS256"),
        });
    }

    private async Task<string> FailAsync(string token)
    {
        using var response = await _host.Client.AskAsync("POST", "/classify", Callers.Bearer(token));
        var problem = await response.ReadProblemAsync(401, "unauthenticated");
        Assert.DoesNotContain("IDX", JsonSerializer.Serialize(problem), StringComparison.Ordinal);
        return problem.Text("detail");
    }

    private async Task<int> StatusAsync(string token, string path = "/classify", ServiceHost? host = null)
    {
        using var response = await (host ?? _host).Client.AskAsync("POST", path, Callers.Bearer(token));
        return (int)response.StatusCode;
    }
}
