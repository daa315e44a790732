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
