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

    /// <summary>What a caller does, or does not do, is no error of the service's.</summary>
    [Theory]
    [InlineData("image/png", "half")]
    [InlineData("application/json", "{\"images\":[")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\n")]
    public async Task RequestThatDoesNotArriveInTime_LogsNoError(string type, string half)
    {
        using var models = TinyModelRepository.WithColor();
        using var service = new ServiceProcess(new Dictionary<string, string>(), $"--Models:Path={models.Path}", "--urls=http://127.0.0.1:0");
        var listening = await service.LineAsync(line => line.Contains("Now listening on", StringComparison.Ordinal));
        using var client = new HttpClient { BaseAddress = Address(listening) };
        using (var connection = await RawConnection.PostAsync(client, $"Content-Type: {type}\r\nContent-Length: 1000\r\nX-Deadline-Ms: 100\r\n\r\n{half}"))
            Assert.StartsWith("HTTP/1.1 504 ", await connection.StatusAsync(), StringComparison.Ordinal);
        await client.PostAsync(Replies.Raw(Replies.Red));
        var lines = new List<string>();
        await service.LineAsync(line =>
        {
            lines.Add(line);
            return line.Contains("responded 200", StringComparison.Ordinal);
        });

        Assert.Contains(lines, line => line.Contains("WRN] HTTP POST /classify responded 504", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("ERR]", StringComparison.Ordinal));
    }

    private static Uri Address(string line) => new(line[line.IndexOf("http://", StringComparison.Ordinal)..].Split('"', '\\', ' ')[0]);
}
