namespace ResNetService.Api.Tests.Telemetry;

/// <summary>The service as its own process, with the model <c>color:1</c>, that listens.</summary>
internal sealed class RunningService : IDisposable
{
    private readonly TinyModelRepository _models;

    private RunningService(ServiceProcess process, TinyModelRepository models, HttpClient client) => (Process, _models, Client) = (process, models, client);

    public ServiceProcess Process { get; }

    public HttpClient Client { get; }

    public static Task<RunningService> StartAsync(params string[] arguments) => StartAsync([], arguments);

    public static async Task<RunningService> StartAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        var models = TinyModelRepository.WithColor();
        var process = new ServiceProcess(environment, [$"--Models:Path={models.Path}", "--urls=http://127.0.0.1:0", .. arguments]);
        try
        {
            var line = await process.LineAsync(line => line.Contains("Now listening on", StringComparison.Ordinal));
            return new(process, models, new HttpClient { BaseAddress = new(line[line.IndexOf("http://", StringComparison.Ordinal)..].Split('"', '\\', ' ')[0]) });
        }
        catch
        {
            process.Dispose();
            models.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        Process.Dispose();
        _models.Dispose();
    }
}
