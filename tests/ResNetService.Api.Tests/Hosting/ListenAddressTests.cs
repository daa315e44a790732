using ResNetService.Api.Hosting;

namespace ResNetService.Api.Tests.Hosting;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData("URLS=", false)]
    [InlineData("AllowedHosts=*", false)]
    [InlineData("URLS=http://+:80", true)]
    [InlineData("urls=http://+:80", true)]
    [InlineData("HTTP_PORTS=8080", true)]
    [InlineData("HTTPS_PORTS=8443", true)]
    [InlineData("Kestrel:Endpoints:Web:Url=http://*:5000", true)]
    public void IsConfigured_KnowsEveryWayOfNamingAnAddress(string settings, bool expected) =>
        Assert.Equal(expected, ListenAddress.IsConfigured(Configuration(settings)));

    [Theory]
    [InlineData("", "http://localhost:8080/")]
    [InlineData("URLS=http://+:80", "http://localhost/")]
    [InlineData("URLS=http://*:81;http://*:82", "http://localhost:81/")]
    [InlineData("URLS=https://*:8443;http://0.0.0.0:82", "http://localhost:82/")]
    [InlineData("URLS=https://[::]:8443", "https://localhost:8443/")]
    [InlineData("URLS=http://127.0.0.1:5000", "http://127.0.0.1:5000/")]
    [InlineData("HTTP_PORTS=8080;8081", "http://localhost:8080/")]
    [InlineData("HTTPS_PORTS=8443", "https://localhost:8443/")]
    [InlineData("HTTP_PORTS=8080|URLS=http://+:90", "http://localhost:90/")]
    [InlineData("URLS=http://+:90|Kestrel:Endpoints:Web:Url=http://*:5000", "http://localhost:5000/")]
    [InlineData("Kestrel:Endpoints:A:Url=http://*:81|Kestrel:Endpoints:A:Protocols=Http2|Kestrel:Endpoints:B:Url=http://*:82", "http://localhost:82/")]
    [InlineData("Kestrel:Endpoints:A:Url=http://*:81|Kestrel:Endpoints:B:Url=http://*:82|Kestrel:Endpoints:B:Protocols=http1|Kestrel:EndpointDefaults:Protocols=Http2", "http://localhost:82/")]
    [InlineData("Kestrel:Endpoints:A:Url=http://*:81|Kestrel:Endpoints:A:Protocols=Http2|Kestrel:Endpoints:B:Url=https://*:82|Kestrel:Endpoints:B:Protocols=Http1AndHttp2", "https://localhost:82/")]
    public void Loopback_IsWhereTheSameMachineReachesTheService(string settings, string expected) =>
        Assert.Equal(new Uri(expected), ListenAddress.Loopback(Configuration(settings)));

    private static IConfiguration Configuration(string settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split('=', 2)).Select(s => KeyValuePair.Create(s[0], (string?)s[1])))
        .Build();
}
