using ResNetService.Benchmarks.Processes;

namespace ResNetService.Benchmarks.Tests.Processes;

public sealed class ChildProcessTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ChildProcessTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a POSIX shell");

    [Fact]
    public async Task Program_ThatEnds_GivesWhatItWroteToBothStreams()
    {
        var output = await ChildProcess.RunAsync(["sh", "-c", "echo \"$WORD\"; echo error >&2"], Long, Token, new Dictionary<string, string> { ["WORD"] = "two words" });

        Assert.Equal("two words\nerror\n", output);
    }

    [Fact]
    public async Task Program_ThatFails_IsReportedWithCodeAndLastLines()
    {
        var error = await Assert.ThrowsAsync<BenchmarkException>(() => ChildProcess.RunAsync(["sh", "-c", "echo reason; exit 3"], Long, Token));

        Assert.Contains("exit code 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("reason", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_ThatTakesTooLong_IsEnded()
    {
        using var child = ChildProcess.Start(["sleep", "600"]);
        var id = child.Id;

        await Assert.ThrowsAsync<BenchmarkException>(() => child.WaitAsync(TimeSpan.FromMilliseconds(50), Token));
        child.Dispose();

        Assert.False(Directory.Exists($"/proc/{id}"));
    }

    [Fact]
    public async Task Dispose_EndsWhatTheProgramHasStarted()
    {
        using var child = ChildProcess.Start(["sh", "-c", "sleep 600 & echo $!; wait"]);
        while (!child.Output.EndsWith('\n'))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        var grandchild = int.Parse(child.Output, null);

        child.Dispose();

        while (File.Exists($"/proc/{grandchild}/cmdline") && File.ReadAllText($"/proc/{grandchild}/cmdline").Contains("sleep", StringComparison.Ordinal))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
    }

    [Fact]
    public void Program_ThatIsAbsent_IsNamed() =>
        Assert.Contains("no-such-program", Assert.Throws<BenchmarkException>(() => ChildProcess.Start(["no-such-program"])).Message, StringComparison.Ordinal);
}
