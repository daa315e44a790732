using System.Net;
using StackExchange.Redis;

namespace ResNetService.Api.Caching;

/// <summary>The server that replicas share, which answers soon or is done without.</summary>
internal static class RedisConnection
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(500);

    /// <returns>What is wrong with it, without a word of it, since it may hold a password; null where nothing is.</returns>
    public static string? FaultOf(string configuration)
    {
        try
        {
            var options = Parse(configuration);
            return options.EndPoints.Count > 0 && options.EndPoints.All(IsWhole) ? null : "has no server, or one without a port";
        }
        catch (ArgumentException)
        {
            return "has an option that does not exist, or a value that is none";
        }
    }

    /// <summary>Logs when the server goes and when it comes back: every lookup that fails meanwhile would be as many lines.</summary>
    public static async Task<IConnectionMultiplexer> OpenAsync(string configuration, ILogger log)
    {
        var connection = await ConnectionMultiplexer.ConnectAsync(Parse(configuration));
        var isLost = 0;
        connection.ConnectionFailed += (_, failed) => Lose(failed.EndPoint);
        connection.ConnectionRestored += (_, restored) =>
        {
            if (Interlocked.Exchange(ref isLost, 0) == 1)
                log.RedisIsBack(restored.EndPoint);
        };
        if (!connection.IsConnected)
            Lose(connection.GetEndPoints().FirstOrDefault());
        return connection;

        void Lose(EndPoint? server)
        {
            if (Interlocked.Exchange(ref isLost, 1) == 0)
                log.RedisIsLost(server);
        }
    }

    /// <exception cref="ArgumentException">It is no configuration.</exception>
    private static ConfigurationOptions Parse(string configuration)
    {
        var options = ConfigurationOptions.Parse(configuration);
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ConnectTimeout = options.AsyncTimeout = options.SyncTimeout = (int)Timeout.TotalMilliseconds;
        return options;
    }

    /// <summary>What is no option is taken for a server, so a port must tell it from the half of a password that has a comma; and a URL from a name.</summary>
    private static bool IsWhole(EndPoint server) => server switch
    {
        DnsEndPoint name => name.Port > 0 && Uri.CheckHostName(name.Host) != UriHostNameType.Unknown,
        IPEndPoint address => address.Port > 0,
        _ => true,
    };
}
