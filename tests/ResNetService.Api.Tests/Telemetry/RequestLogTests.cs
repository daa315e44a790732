using ResNetService.Api.Tests.Security;

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
        using var client = await ClientAsync(service);

        var problem = await client.FailAsync(Replies.Raw(Replies.NoImage), 415, "unsupported-image");
        var line = await service.LineAsync(line => line.Contains("/classify", StringComparison.Ordinal));

        Assert.Contains(problem.Text("traceId").Split('-')[1], line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_NamesWhoseKeyARequestBrought_AndNeverTheKey()
    {
        using var models = TinyModelRepository.WithColor();
        using var service = new ServiceProcess([$"--Models:Path={models.Path}", "--urls=http://127.0.0.1:0", .. Callers.Settings.Select(setting => $"--{setting.Key}={setting.Value}")]);
        var lines = new List<string>();
        using var client = new HttpClient { BaseAddress = Address(await LineAsync("Now listening on")) };
        Assert.Contains("INF] Callers are asked for a key or a token: 2 keys are valid, tokens are not taken", await LineAsync("Callers are asked"), StringComparison.Ordinal);
        using var known = await client.AskAsync("GET", "/models", Callers.Bearer(Callers.Classifier));
        using var stranger = await client.AskAsync("GET", "/models", Callers.Bearer("none"));

        Assert.Contains(" ms to reader ", await LineAsync("responded 200"), StringComparison.Ordinal);
        Assert.Contains(" ms to anybody ", await LineAsync("responded 401"), StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.Contains(Callers.Classifier, StringComparison.Ordinal));

        Task<string> LineAsync(string words) => service.LineAsync(line =>
        {
            lines.Add(line);
            return line.Contains(words, StringComparison.Ordinal);
        });
    }

    /// <summary>Else a caller would write lines of the log, or what a terminal obeys.</summary>
    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task Path_WithControlCharacters_StaysInItsLine(string inContainer)
    {
        using var models = TinyModelRepository.WithColor();
        using var service = new ServiceProcess(
            new Dictionary<string, string> { ["DOTNET_RUNNING_IN_CONTAINER"] = inContainer }, $"--Models:Path={models.Path}", "--urls=http://127.0.0.1:0");
        using var client = await ClientAsync(service);
        using var response = await client.GetAsync(new Uri("/models/a%0D%0A[12:00:00%20INF]%20HTTP%20GET%20/forged%1B[31m%E2%80%AE%E2%80%A8x", UriKind.Relative), TestContext.Current.CancellationToken);

        var line = await service.LineAsync(line => line.Contains("/forged", StringComparison.Ordinal) || line.Contains("%2Fforged", StringComparison.Ordinal));

        Assert.Contains("%2Fmodels%2Fa%0D%0A%5B12", line, StringComparison.Ordinal);
        Assert.Contains("%E2%80%AE%E2%80%A8x", line, StringComparison.Ordinal);
        Assert.Contains("responded 404", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServiceWithoutKeys_SaysAtItsStartThatItIsOpen()
    {
        using var models = TinyModelRepository.WithColor();
        using var service = new ServiceProcess($"--Models:Path={models.Path}", "--urls=http://127.0.0.1:0");

        Assert.Contains("WRN] Whoever reaches the service may classify", await service.LineAsync(line => line.Contains("neither keys nor tokens", StringComparison.Ordinal)), StringComparison.Ordinal);
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
        using var client = await ClientAsync(service);
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

    private static async Task<HttpClient> ClientAsync(ServiceProcess service) =>
        new() { BaseAddress = Address(await service.LineAsync(line => line.Contains("Now listening on", StringComparison.Ordinal))) };

    private static Uri Address(string line) => new(line[line.IndexOf("http://", StringComparison.Ordinal)..].Split('"', '\\', ' ')[0]);
}
