using ResNetService.Benchmarks.LoadGeneration;

namespace ResNetService.Benchmarks.Tests.LoadGeneration;

public sealed class WrkResultTests
{
    [Fact]
    public void Output_OfWrk_GivesFiguresAndRate()
    {
        var result = WrkResult.Parse(Output(requests: 300, microseconds: 2_000_000));

        Assert.Equal(new(300, 2_000_000, 10, 20, 30, 40, 0, 0, 0), result);
        Assert.Equal(150, result.RequestsPerSecond);
    }

    [Theory]
    [InlineData(1, 0, 0, "1 connections broke")]
    [InlineData(0, 2, 0, "2 were answered by an error")]
    [InlineData(0, 0, 3, "3 timed out")]
    public void Requests_ThatFailed_MakeTheFiguresWorthless(int socket, int status, int timeouts, string named)
    {
        var error = Assert.Throws<BenchmarkException>(() => WrkResult.Parse(Output(300, 2_000_000, socket, status, timeouts)));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Output_WithoutAnAnswer_AsksForMoreTime() =>
        Assert.Contains("--seconds", Assert.Throws<BenchmarkException>(() => WrkResult.Parse(Output(0, 2_000_000))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("unable to connect to 127.0.0.1:1 Connection refused\n")]
    [InlineData("wrk-result: {\"requests\": 3}\n")]
    [InlineData("wrk-result: nonsense\n")]
    public void Output_WithoutAWholeResult_IsShown(string output) =>
        Assert.Contains(output.Trim(), Assert.Throws<BenchmarkException>(() => WrkResult.Parse(output)).Message, StringComparison.Ordinal);

    private static string Output(int requests, int microseconds, int socket = 0, int status = 0, int timeouts = 0) => $$"""
        Running 2s test @ http://127.0.0.1:8080/classify
          1 threads and 4 connections
          Latency Distribution
             50%   10.00us
        wrk-result: {"requests": {{requests}}, "microseconds": {{microseconds}}, "p50": 10, "p95": 20, "p99": 30, "max": 40, "socketErrors": {{socket}}, "statusErrors": {{status}}, "timeouts": {{timeouts}}}

        """;
}
