using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace ResNetService.Api.Tests.Uploads;

public sealed class DeadlineTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly GatedBackend _backend = new();

    public void Dispose() => _backend.Dispose();

    [Theory]
    [InlineData("3000", "00:01:00")]
    [InlineData(null, "00:00:03")]
    [InlineData("3600000", "00:00:03")]
    [InlineData("99999999999", "00:00:03")]
    public async Task Request_NotAnsweredInTime_IsToldSoAndCostsNoRun(string? header, string longest)
    {
        using var host = Host(longest);
        _backend.Close();
        var running = host.Client.PostAsync(Replies.Raw(Replies.Red));
        await _backend.RunWaitsAsync();

        var late = SendAsync(host, header);
        await PassUntilAsync(late);

        using var response = await late;
        var problem = await response.ReadProblemAsync(504, "deadline-exceeded");
        // The clock runs on while the body is read: it may be over then, too.
        Assert.Contains(" ms ", problem.Text("detail"), StringComparison.Ordinal);
        _backend.Open();
        await running;
        Assert.Equal(1, _backend.Runs);
    }

    [Fact]
    public async Task Request_ThatDoesNotArriveInTime_IsToldSo()
    {
        using var host = Host("00:01:00");
        _backend.Close();
        using var connection = await RawConnection.PostAsync(host.Client, "Content-Type: image/png\r\nContent-Length: 1000\r\nX-Deadline-Ms: 3000\r\n\r\nhalf");

        var reply = connection.ReadToEndAsync();
        await PassUntilAsync(reply);

        Assert.StartsWith("HTTP/1.1 504 ", await reply, StringComparison.Ordinal);
        // What was not read of the body would be taken for the next request.
        Assert.Contains("\r\nConnection: close\r\n", await reply, StringComparison.Ordinal);
        Assert.Equal(0, _backend.Runs);
    }

    [Fact]
    public async Task Request_InTime_IsAnswered()
    {
        using var host = Host("00:01:00");

        using var response = await SendAsync(host, "1000");

        Assert.True(response.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("1.5")]
    [InlineData("soon")]
    public async Task Header_ThatIsNoWholeNumberFrom1_IsRefused(string header)
    {
        using var host = Host("00:01:00");

        using var response = await SendAsync(host, header);

        var problem = await response.ReadProblemAsync(400, "invalid-request");
        Assert.Contains($"X-Deadline-Ms is '{header}'", problem.Text("detail"), StringComparison.Ordinal);
    }

    /// <summary>Not far beyond the deadline: in the hour after it the run at the gate would be given up, and an answer that is not read yet cut off.</summary>
    private async Task PassUntilAsync(Task told)
    {
        while (!told.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private ServiceHost Host(string longest) => new(new() { ["Requests:MaxDeadline"] = longest, ["Requests:MaxAnswerTime"] = "01:00:00", ["Batching:RunTimeout"] = "01:00:00" }, services =>
    {
        _backend.Replace(services);
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time));
    });

    private static async Task<HttpResponseMessage> SendAsync(ServiceHost host, string? header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/classify") { Content = Replies.Raw(Replies.Blue) };
        if (header is not null)
            request.Headers.Add("X-Deadline-Ms", header);
        return await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
