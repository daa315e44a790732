using ResNetService.Benchmarks.Servers;

namespace ResNetService.Benchmarks.Reliability;

/// <summary>Replicas that go and come back, one after the other, while they are under load.</summary>
internal static class Failover
{
    /// <summary>Before a replica goes, and while it is gone: every caller has come again several times.</summary>
    private const int RequestsBetween = 100;

    /// <summary>One is killed and started again; when it is asked again, the next is told to end and started again.</summary>
    /// <param name="killed">Which replica is killed; the one after it is told to end.</param>
    public static async Task RunAsync(Replicas replicas, CountingLoad load, int killed, CancellationToken cancellationToken)
    {
        await load.UntilMoreAsync(RequestsBetween, cancellationToken);
        replicas.Kill(killed);
        await ComeBackAsync(killed);
        var stopped = (killed + 1) % replicas.Count;
        await replicas.StopAsync(stopped, cancellationToken);
        await ComeBackAsync(stopped);

        async Task ComeBackAsync(int index)
        {
            await load.UntilMoreAsync(RequestsBetween, cancellationToken);
            await replicas.StartAsync(index, cancellationToken);
            await replicas.UntilAskedAsync(index, cancellationToken);
        }
    }
}
