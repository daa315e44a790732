namespace ResNetService.EndToEnd.Tests;

/// <summary>The service with the shipped model, for all tests of a class.</summary>
public sealed class ServiceFixture : IAsyncLifetime
{
    private RunningService? _service;

    internal Uri Address => _service!.Address;

    public async ValueTask InitializeAsync() =>
        _service = await RunningService.StartAsync(RunningService.BuiltCommand, [], TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync()
    {
        _service?.Dispose();
        return ValueTask.CompletedTask;
    }
}
