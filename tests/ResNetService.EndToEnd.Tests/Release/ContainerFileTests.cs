using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace ResNetService.EndToEnd.Tests.Release;

/// <summary>What the files for containers name is there.</summary>
public sealed class ContainerFileTests
{
    public static TheoryData<string> Dockerfiles { get; } = ["docker/Dockerfile", "docker/Dockerfile.cuda"];

    /// <summary>A source that the ignore file hides stops the build of the stage that copies it, and of no other.</summary>
    [Theory]
    [MemberData(nameof(Dockerfiles))]
    public void Copies_OfTheSources_AreInTheContext(string dockerfile)
    {
        var context = File.ReadLines(Path.Combine(Repository.Root, ".dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..]).ToArray();
        var sources = File.ReadLines(Path.Combine(Repository.Root, dockerfile))
            .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from=", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1..^1])
            .ToArray();

        Assert.NotEmpty(sources);
        Assert.All(sources, source => Assert.Contains(context, allowed => source == allowed || source.StartsWith(allowed + "/", StringComparison.Ordinal)));
        Assert.All(sources, source => Assert.True(Exists(source), source));
    }

    [Fact]
    public void Compose_BuildsFilesThatExist()
    {
        var services = (YamlMappingNode)Yaml.Read("docker-compose.yml")["services"];

        Assert.Equal(["cpu", "gpu", "replica", "nginx", "prometheus", "grafana"], services.Children.Keys.Select(key => key.ToString()));
        Assert.All(services.Children.Values.Take(3), service => Assert.Contains(service["build"]["dockerfile"].ToString(), Dockerfiles.Select(row => row.Data)));
    }

    /// <summary>Of the folders that are given to containers as they are.</summary>
    [Fact]
    public void Compose_MountsFoldersThatExist()
    {
        var mounts = ((YamlMappingNode)Yaml.Read("docker-compose.yml")["services"]).Children.Values.OfType<YamlMappingNode>()
            .Where(service => service.Children.ContainsKey("volumes"))
            .SelectMany(service => ((YamlSequenceNode)service["volumes"]).Children.Select(volume => volume.ToString().Split(':')[0]))
            .Where(source => source.StartsWith('.'))
            .ToArray();

        Assert.Contains("./docker/prometheus", mounts);
        Assert.All(mounts, source => Assert.True(Exists(source), source));
    }

    /// <summary>What a caller who has broken into the service could not do.</summary>
    [Fact]
    public void Compose_LeavesTheServiceNoMoreThanItNeeds()
    {
        var compose = Yaml.Read("docker-compose.yml");
        var shared = (YamlMappingNode)compose["x-service"];

        Assert.Equal("true", shared["read_only"].ToString());
        Assert.Equal(["ALL"], Words(shared["cap_drop"]));
        // No profile of seccomp or AppArmor is named, so that the engine's own holds.
        Assert.Equal(["no-new-privileges:true"], Words(shared["security_opt"]));
        Assert.All(Words(shared["volumes"]), volume => Assert.EndsWith(":ro", volume, StringComparison.Ordinal));
        Assert.InRange(int.Parse(shared["pids_limit"].ToString(), null), 64, 4096);
        Assert.Matches("^[1-9][0-9]*g$", shared["mem_limit"].ToString());
        string[] rights = ["privileged", "cap_add", "user", "userns_mode", "pid", "ipc", "network_mode", "devices"];
        Assert.All(((YamlMappingNode)compose["services"]).Children.Values.Cast<YamlMappingNode>().Where(service => service.Children.ContainsKey("build")).Append(shared), service =>
        {
            Assert.DoesNotContain(service.Children.Keys, key => rights.Contains(key.ToString()));
            // What is shared holds for each, unless it says something else.
            Assert.True(service == shared || (service.Children.ContainsKey("<<") && service.Children.Keys.All(key => key.ToString() is "<<" or "profiles" or "image" or "build" or "deploy" or "ports")));
        });
    }

    /// <summary>As it comes the service asks nobody for a key: whoever opens it to others says so.</summary>
    [Fact]
    public void Compose_PublishesPorts_OnThisMachineAlone_UntilItIsToldOtherwise()
    {
        var ports = ((YamlMappingNode)Yaml.Read("docker-compose.yml")["services"]).Children.Values.OfType<YamlMappingNode>()
            .Where(service => service.Children.ContainsKey("ports")).SelectMany(service => Words(service["ports"])).ToArray();

        Assert.NotEmpty(ports);
        Assert.All(ports, port => Assert.Matches(@"^(\$\{RESNET_BIND:-127\.0\.0\.1\}|127\.0\.0\.1):\d+:\d+$", port));
    }

    [Theory]
    [MemberData(nameof(Dockerfiles))]
    public void Compose_WaitsForTheEnd_UntilTheServiceHasAnsweredWhatItHolds(string dockerfile)
    {
        var compose = Yaml.Read("docker-compose.yml");
        var grace = Regex.Match(File.ReadAllText(Path.Combine(Repository.Root, dockerfile)), @"\bShutdown__GracePeriod=(\S+)").Groups[1].Value;
        var end = TimeSpan.Parse(grace, null) + TimeSpan.Parse(DocumentedOptions.DefaultOf("Shutdown:Timeout"), null);
        var nginx = Regex.Match(File.ReadAllText(Path.Combine(Repository.Root, "docker", "nginx.conf")), @"\bworker_shutdown_timeout (\d+)s;").Groups[1].Value;

        Assert.InRange(end, TimeSpan.FromSeconds(1), Seconds(compose["x-service"]) - TimeSpan.FromSeconds(5));
        Assert.InRange(TimeSpan.FromSeconds(int.Parse(nginx, null)), TimeSpan.FromSeconds(1), Seconds(compose["services"]["nginx"]) - TimeSpan.FromSeconds(5));

        static TimeSpan Seconds(YamlNode service) => TimeSpan.FromSeconds(int.Parse(service["stop_grace_period"].ToString().TrimEnd('s'), null));
    }

    /// <summary>Replicas are reached through nginx alone, by the name and at the ports that its configuration has.</summary>
    [Fact]
    public void Compose_PutsNginxInFrontOfReplicas()
    {
        var services = Yaml.Read("docker-compose.yml")["services"];
        var (nginx, replica) = ((YamlMappingNode)services["nginx"], (YamlMappingNode)services["replica"]);
        var configuration = File.ReadAllText(Path.Combine(Repository.Root, "docker", "nginx.conf"));

        Assert.False(replica.Children.ContainsKey("ports"));
        Assert.InRange(int.Parse(replica["deploy"]["replicas"].ToString(), null), 2, 10);
        var alias = Words(Yaml.Read("docker-compose.yml")["x-service"]["networks"]["default"]["aliases"]).Single();
        Assert.Contains($"server {alias}:8080 resolve ", configuration, StringComparison.Ordinal);
        Assert.Contains($"server {alias}:8081 resolve ", configuration, StringComparison.Ordinal);
        Assert.All(Words(nginx["ports"]), port => Assert.Contains($"listen {port.Split(':')[^1]}", configuration, StringComparison.Ordinal));
        // Which knows `resolve`.
        Assert.Matches(@"^nginx:1\.(2[89]|[3-9]\d)-alpine$", nginx["image"].ToString());
        Assert.Contains($"location = {new Uri(Words(nginx["healthcheck"]["test"]).Last()).AbsolutePath} ", configuration, StringComparison.Ordinal);
        Assert.Equal("true", nginx["read_only"].ToString());
        Assert.Matches("^[1-9][0-9]*:[1-9][0-9]*$", nginx["user"].ToString());
        Assert.Equal(["ALL"], Words(nginx["cap_drop"]));
        Assert.Equal(["no-new-privileges:true"], Words(nginx["security_opt"]));
        Assert.All(Words(nginx["volumes"]), volume => Assert.EndsWith(":ro", volume, StringComparison.Ordinal));
        // Everything that it writes is below its prefix, which is the one place that can be written.
        Assert.StartsWith("/tmp:", Assert.Single(Words(nginx["tmpfs"])), StringComparison.Ordinal);
        var command = Words(nginx["entrypoint"]).ToArray();
        Assert.Equal("/tmp", command[Array.IndexOf(command, "-p") + 1]);
    }

    [Theory]
    [MemberData(nameof(Dockerfiles))]
    public void Image_RunsAsAUserWithoutRights(string dockerfile)
    {
        var users = File.ReadLines(Path.Combine(Repository.Root, dockerfile)).Where(line => line.StartsWith("USER ", StringComparison.Ordinal));

        Assert.NotEmpty(users);
        Assert.All(users, user => Assert.Matches(@"^USER (\$APP_UID|[1-9][0-9]+)$", user));
    }

    private static IEnumerable<string> Words(YamlNode node) => ((YamlSequenceNode)node).Select(word => word.ToString());

    private static bool Exists(string source)
    {
        var path = Path.Combine(Repository.Root, source);
        return source.Contains('*', StringComparison.Ordinal)
            ? Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path)).Any()
            : Path.Exists(path);
    }
}
