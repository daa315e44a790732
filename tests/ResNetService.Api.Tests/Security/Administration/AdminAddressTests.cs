using ResNetService.Api.Hosting;
using ResNetService.Api.Tests.OpenInference;

namespace ResNetService.Api.Tests.Security.Administration;

public sealed class AdminAddressTests
{
    private const string Load = "/v2/repository/models/color/load";

    [Fact]
    public async Task AdministrativeRoutes_AnswerAtTheirAddressAlone()
    {
        using var host = Host();
        using var admin = new HttpClient { BaseAddress = host.Addresses[1] };

        using var elsewhere = await host.Client.AskAsync("POST", Load, Callers.Bearer(Callers.Administrator));
        using var there = await admin.AskAsync("POST", Load, Callers.Bearer(Callers.Administrator));
        using var without = await admin.AskAsync("POST", Load);

        await elsewhere.ReadErrorAsync(404);
        Assert.Contains("Models:Control is false", await there.ReadErrorAsync(400), StringComparison.Ordinal);
        await without.ReadErrorAsync(401);
    }

    [Theory]
    [InlineData("POST", "/classify")]
    [InlineData("GET", "/models")]
    [InlineData("GET", "/")]
    [InlineData("GET", "/swagger/index.html")]
    public async Task OtherRoutes_DoNotAnswerThere(string method, string path)
    {
        using var host = Host();
        using var admin = new HttpClient { BaseAddress = host.Addresses[1] };

        using var here = await host.Client.AskAsync(method, path, Callers.Bearer(Callers.Classifier));
        using var there = await admin.AskAsync(method, path, Callers.Bearer(Callers.Classifier));

        Assert.Equal(200, (int)here.StatusCode);
        await there.ReadProblemAsync(404, "unknown-route");
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/v2/health/ready")]
    public async Task Health_AnswersAtBoth(string path)
    {
        using var host = Host();
        using var admin = new HttpClient { BaseAddress = host.Addresses[1] };

        await host.Client.GetJsonAsync(path);
        await admin.GetJsonAsync(path);
    }

    [Fact]
    public async Task AddressOfAdministration_IsNotClaimedByAHeader()
    {
        using var host = Host();

        using var response = await host.Client.AskAsync(
            "POST", Load, Callers.Bearer(Callers.Administrator), ("Host", host.Addresses[1].Authority), ("X-Forwarded-Host", host.Addresses[1].Authority));

        await response.ReadErrorAsync(404);
    }

    [Fact]
    public async Task AddressesOfGrpcAndOfAdministration_StandSideBySide()
    {
        using var host = new ServiceHost(new(Callers.Settings) { ["Admin:Url"] = "http://127.0.0.3:0", ["Grpc:Url"] = "http://127.0.0.2:0" });
        using var admin = new HttpClient { BaseAddress = host.Addresses.Single(address => address.Host == "127.0.0.3") };
        using var channel = global::Grpc.Net.Client.GrpcChannel.ForAddress(host.Addresses.Single(address => address.Host == "127.0.0.2"));

        using var load = await admin.AskAsync("POST", Load, Callers.Bearer(Callers.Administrator));
        var live = await new Api.OpenInference.Grpc.Messages.GRPCInferenceService.GRPCInferenceServiceClient(channel).ServerLiveAsync(new(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((400, true), ((int)load.StatusCode, live.Live));
    }

    [Fact]
    public async Task Address_ThatIsAnEndpointOfKestrel_IsTakenAsItIsConfiguredThere()
    {
        using var models = TinyModelRepository.WithColor();
        var (main, admin) = ($"http://127.0.0.1:{LoopbackPort.Free()}", $"http://127.0.0.3:{LoopbackPort.Free()}");
        using var service = new ServiceProcess($"--Models:Path={models.Path}", $"--Kestrel:Endpoints:Main:Url={main}", $"--Kestrel:Endpoints:Admin:Url={admin}", $"--Admin:Url={admin}");
        await service.LineAsync(line => line.Contains("Application started", StringComparison.Ordinal));
        using var client = new HttpClient();

        using var here = await client.AskAsync("POST", main + Load);
        using var there = await client.AskAsync("POST", admin + Load);

        await here.ReadErrorAsync(404);
        await there.ReadErrorAsync(403);
    }

    [Theory]
    [InlineData("Admin:Url is 'localhost:1'", "--Admin:Url=localhost:1")]
    [InlineData("a name of a machine would be every address", "--Admin:Url=http://admin.internal:9090")]
    [InlineData("a name of a machine would be every address", "--Admin:Url=http://admin.internal:9090", "--Kestrel:Endpoints:A:Url=http://admin.internal:9090")]
    [InlineData("none of Kestrel:Endpoints", "--Admin:Url=http://127.0.0.3:9090", "--Kestrel:Endpoints:A:Url=http://127.0.0.1:0")]
    [InlineData("the same address", "--Admin:Url=http://127.0.0.3:9090", "--Grpc:Url=http://127.0.0.3:9090")]
    public async Task Address_ThatIsWrong_KeepsTheServiceFromStarting(string words, params string[] arguments)
    {
        using var service = new ServiceProcess(arguments);

        var (exitCode, errors, _) = await service.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains(words, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:9090", false)]
    [InlineData("http://LOCALHOST:9090", false)]
    [InlineData("http://+:9090", false)]
    [InlineData("http://*:9090", false)]
    [InlineData("http://0.0.0.0:9090", false)]
    [InlineData("http://[::]:9090", false)]
    [InlineData("http://[::1]:9090", false)]
    [InlineData("http://10.0.0.5:9090", false)]
    [InlineData("http://admin:9090", true)]
    public void Address_IsByName_WhereKestrelWouldMakeEveryAddressOfIt(string url, bool isByName) => Assert.Equal(isByName, AddedAddress.IsByName(url));

    private static ServiceHost Host() => new(new(Callers.Settings) { ["Admin:Url"] = "http://127.0.0.3:0" });
}
