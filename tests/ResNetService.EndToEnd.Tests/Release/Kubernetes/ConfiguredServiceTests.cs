using System.Net;

namespace ResNetService.EndToEnd.Tests.Release.Kubernetes;

/// <summary>The service, started with the settings of the manifest; of its addresses only the ports are others.</summary>
public sealed class ConfiguredServiceTests
{
    [Fact]
    public async Task Service_WithTheSettingsOfTheManifest_AnswersItsProbes_AndHasMetricsWhereNoCallerComes()
    {
        var pod = ServingPod.Read("cpu");
        var admin = LoopbackPort.Free();
        var settings = pod.Container.Env.ToDictionary(variable => variable.Name, variable => variable.Value);
        settings["Admin__Url"] = settings["Admin__Url"].Replace(":9090", $":{admin}", StringComparison.Ordinal);
        // A pod waits before it ends; a test need not.
        settings.Remove("Shutdown__GracePeriod");

        using var service = await RunningService.StartAsync(RunningService.BuiltCommand, settings, TestContext.Current.CancellationToken);

        using var client = new HttpClient();
        foreach (var probe in new[] { pod.Container.StartupProbe, pod.Container.LivenessProbe, pod.Container.ReadinessProbe })
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(new(service.Address, probe.HttpGet.Path)));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(new(service.Address, "/metrics")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(new($"http://localhost:{admin}/metrics")));

        async Task<HttpStatusCode> StatusAsync(Uri address)
        {
            using var response = await client.GetAsync(address, TestContext.Current.CancellationToken);
            return response.StatusCode;
        }
    }
}
