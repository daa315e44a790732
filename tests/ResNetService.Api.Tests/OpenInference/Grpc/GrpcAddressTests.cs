using System.Net;
using ResNetService.Api.OpenInference.Grpc;

namespace ResNetService.Api.Tests.OpenInference.Grpc;

public sealed class GrpcAddressTests
{
    [Theory]
    [InlineData("http://localhost:8081", "127.0.0.1:8081")]
    [InlineData("http://127.0.0.2:0", "127.0.0.2:0")]
    [InlineData("http://[::1]:8081", "[::1]:8081")]
    [InlineData("http://+:8081", "[::]:8081")]
    [InlineData("http://*:8081", "[::]:8081")]
    [InlineData("http://a-name:8081", "[::]:8081")]
    public void Address_IsTheEndpointThatKestrelMakesOfIt(string url, string endpoint)
    {
        Assert.True(GrpcAddress.TryParse(url, out var parsed));
        Assert.Equal(IPEndPoint.Parse(endpoint), parsed);
    }

    [Theory]
    [InlineData("https://localhost:8081")]
    [InlineData("http://localhost:8081/path")]
    [InlineData("http://unix:/run/socket")]
    [InlineData("localhost:8081")]
    [InlineData("8081")]
    [InlineData("http://localhost:99999")]
    public async Task Address_ThatIsNone_KeepsTheServiceFromStarting(string url)
    {
        using var models = TinyModelRepository.WithColor();
        using var service = new ServiceProcess("--urls", "http://127.0.0.1:0", "--Models:Path", models.Path, "--Grpc:Url", url);

        var (code, errors, _) = await service.EndAsync();

        Assert.Equal(1, code);
        Assert.Contains($"Grpc:Url is '{url}'", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_BesideEndpointsOfKestrel_KeepsTheServiceFromStarting()
    {
        using var models = TinyModelRepository.WithColor();
        using var service = new ServiceProcess("--Kestrel:Endpoints:A:Url", "http://127.0.0.1:0", "--Models:Path", models.Path, "--Grpc:Url", "http://127.0.0.2:0");

        Assert.Contains("Protocols Http2", (await service.EndAsync()).Errors, StringComparison.Ordinal);
    }
}
