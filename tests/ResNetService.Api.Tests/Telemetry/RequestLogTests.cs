namespace ResNetService.Api.Tests.Telemetry;

public sealed class RequestLogTests
{
    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task TraceIdOfAProblem_IsInTheLineOfItsRequest(string inContainer)
    {
        using var models = TinyModelRepository.WithColor();
        using var service = new ServiceProcess(
            new Dictionary<string, string> { ["DOTNET_RUNNING_IN_CONTAINER"] = inContainer }, $"--Models:Path={models.Path}", "--urls=http://127.0.0.1:0");
        var listening = await service.LineAsync(line => line.Contains("Now listening on", StringComparison.Ordinal));
        using var client = new HttpClient { BaseAddress = Address(listening) };

        var problem = await client.FailAsync(Replies.Raw(Replies.NoImage), 415, "unsupported-image");
        var line = await service.LineAsync(line => line.Contains("/classify", StringComparison.Ordinal));

        Assert.Contains(problem.Text("traceId").Split('-')[1], line, StringComparison.Ordinal);
    }

    private static Uri Address(string line) => new(line[line.IndexOf("http://", StringComparison.Ordinal)..].Split('"', '\\', ' ')[0]);
}
