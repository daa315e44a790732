using System.Text.Json;

namespace ResNetService.EndToEnd.Tests;

/// <summary>The service with the shipped model and one key, made by its own command, for all tests of a class.</summary>
public sealed class KeyedServiceFixture : IAsyncLifetime
{
    private RunningService? _service;

    internal Uri Address => _service!.Address;

    internal string Key { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var printed = await ShellCommand.RunAsync($"{RunningService.BuiltCommand} apikey --name ci --scope classify", TestContext.Current.CancellationToken);
        (Key, var entry) = printed.Split('\n', 2) is [var key, var json] ? (key.Trim(), JsonDocument.Parse(json).RootElement.GetProperty("ci")) : throw new InvalidOperationException(printed);
        _service = await RunningService.StartAsync(
            RunningService.BuiltCommand,
            new() { ["Security__Keys__ci__Hash"] = entry.GetProperty("Hash").GetString()!, ["Security__Keys__ci__Scopes"] = entry.GetProperty("Scopes").GetString()! },
            TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _service?.Dispose();
        return ValueTask.CompletedTask;
    }
}
