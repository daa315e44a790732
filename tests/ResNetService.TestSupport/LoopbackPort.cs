using System.Net;
using System.Net.Sockets;

namespace ResNetService.TestSupport;

public static class LoopbackPort
{
    /// <summary>A port that nothing listens on at this moment: for a process that cannot be told to find one.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
