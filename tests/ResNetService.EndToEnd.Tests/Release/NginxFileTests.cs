using System.Text.RegularExpressions;

namespace ResNetService.EndToEnd.Tests.Release;

/// <summary>The bounds of docker/nginx.conf are those of the service behind it.</summary>
public sealed class NginxFileTests
{
    private static readonly string Configuration = File.ReadAllText(Path.Combine(Repository.Root, "docker", "nginx.conf"));

    [Fact]
    public void Bodies_AreAsLargeAsTheServiceTakes()
    {
        Assert.Equal(DocumentedOptions.DefaultOf("Requests:MaxBytes"), Value("client_max_body_size", 2)[0]);
        Assert.All(Regex.Matches(Configuration, @"A request has (\d+) bytes").Select(match => match.Groups[1].Value), bytes => Assert.Equal(DocumentedOptions.DefaultOf("Requests:MaxBytes"), bytes));
    }

    /// <summary>
    /// By nginx itself, with <c>resolve</c>, which replicas are found by. Distributions have an nginx before 1.27.3: it must take the file up to that word. All
    /// else of the file runs in NginxTests, with addresses in the place of names.
    /// </summary>
    [Fact]
    public async Task File_IsWhatNginxTakes()
    {
        var (missing, _, _) = await ShellCommand.RunToEndAsync("nginx -v", new Dictionary<string, string>(), TestContext.Current.CancellationToken);
        Assert.SkipWhen(missing != 0, "needs nginx");
        var prefix = Directory.CreateTempSubdirectory("resnet-nginx-");
        try
        {
            var (code, _, says) = await ShellCommand.RunToEndAsync($"nginx -t -e stderr -p '{prefix.FullName}' -c '{Repository.Root}/docker/nginx.conf'", new Dictionary<string, string>(), TestContext.Current.CancellationToken);

            var first = Array.FindIndex(Configuration.Split('\n'), line => line.Contains(" resolve ", StringComparison.Ordinal)) + 1;
            Assert.True(code == 0 || says.Contains($"invalid parameter \"resolve\" in {Repository.Root}/docker/nginx.conf:{first}\n", StringComparison.Ordinal), says);
        }
        finally
        {
            prefix.Delete(recursive: true);
        }
    }

    /// <summary>The service says what a deadline is, and in which form; nginx only when the service does not.</summary>
    [Fact]
    public void Answers_AreWaitedForLongerThanTheServiceTakes()
    {
        var deadline = TimeSpan.Parse(DocumentedOptions.DefaultOf("Requests:MaxDeadline"), null).TotalSeconds;

        Assert.InRange(Seconds("proxy_read_timeout"), deadline + 1, deadline + 10);
        Assert.InRange(Seconds("grpc_read_timeout"), deadline + 1, deadline + 10);
        Assert.Equal(deadline, Seconds("proxy_next_upstream_timeout"));
    }

    /// <summary>A connection beyond is closed by the service, and nginx would take it for a failed replica. Of each request one connection is the caller's.</summary>
    [Fact]
    public void Connections_FitIntoOneReplica() =>
        Assert.InRange(int.Parse(Value("worker_processes", 1)[0], null) * int.Parse(Value("worker_connections", 1)[0], null) / 2, 1, int.Parse(DocumentedOptions.DefaultOf("Requests:MaxConnections"), null));

    private static double Seconds(string directive) => double.Parse(Value(directive, 1)[0].TrimEnd('s'), null);

    private static string[] Value(string directive, int times)
    {
        var values = Regex.Matches(Configuration, $@"\b{directive} (\S+);").Select(match => match.Groups[1].Value).ToArray();
        Assert.Equal(times, values.Length);
        return values;
    }
}
