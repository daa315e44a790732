using ResNetService.Benchmarks.Commands;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Processes;
using ResNetService.Benchmarks.Servers;

namespace ResNetService.Benchmarks.Tests.Reliability;

/// <summary>Three replicas of the service, each a process, behind a real nginx with docker/nginx.conf. Who takes one away brings it back.</summary>
public sealed class ThreeReplicas : IAsyncLifetime
{
    private Replicas? _replicas;

    internal Photographs Photographs { get; } = Photographs.Read(Path.Combine(Repository.Root, "samples"));

    internal Replicas Replicas
    {
        get
        {
            Assert.SkipWhen(_replicas is null, "needs nginx");
            return _replicas;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (OperatingSystem.IsWindows() || Tools.Find(Nginx.Program) is null)
            return;
        var service = new PublishedService(AppContext.BaseDirectory);
        _replicas = await Replicas.StartAsync(
            3, setting => service.Serving(Path.Combine(Repository.Root, "models"), BenchmarkOptions.ShippedModel, setting), Photographs.Encoded[0], TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _replicas?.Dispose();
        Photographs.Dispose();
        return ValueTask.CompletedTask;
    }
}
