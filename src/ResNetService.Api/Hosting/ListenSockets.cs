using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace ResNetService.Api.Hosting;

/// <summary>
/// The sockets at which the service listens. A caller is connected when the kernel says so, before Kestrel has heard of it: what waits there when a socket is closed is
/// reset, with the request that it has sent. So that none waits, the sockets are closed here, before Kestrel ends.
/// </summary>
internal sealed class ListenSockets
{
    private const int SocketLevel = 1;
    private const int AttachFilter = 26;

    /// <summary>Of the classic BPF in linux/bpf_common.h, as programs of tcpdump are written. A listener's packets begin with their TCP header.</summary>
    private const ushort LoadByte = 0x30, JumpIfSet = 0x45, Return = 0x06;

    private const uint Flags = 13, Synchronize = 0x02, Nothing = 0, Everything = uint.MaxValue;

    /// <summary>What is waited for is the kernel and the network, whatever else is told of the time.</summary>
    private static readonly TimeProvider Time = TimeProvider.System;

    /// <summary>Longer than an answer takes on most ways.</summary>
    private static readonly TimeSpan Handshake = TimeSpan.FromMilliseconds(50);

    /// <summary>Where others may come all the time, until those who have come before are taken; and where nobody can any more.</summary>
    private static readonly TimeSpan LongestDrain = TimeSpan.FromMilliseconds(100), LongestLastDrain = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(1);

    /// <summary>In which a caller that has just been taken sends its request: Kestrel ends connections on which it has seen nothing.</summary>
    private static readonly TimeSpan FirstBytes = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentBag<Socket> _sockets = [];

    /// <summary>As Kestrel itself would.</summary>
    public Socket Bind(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        _sockets.Add(socket);
        return socket;
    }

    /// <summary>Takes whoever is connected, and nobody else.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_sockets.Select(socket => CloseAsync(socket, cancellationToken)));
        await Task.Delay(FirstBytes, Time, cancellationToken);
    }

    private static async Task CloseAsync(Socket socket, CancellationToken cancellationToken)
    {
        // Nobody new is let in, or they would wait in turn: who knocks now knocks again, and finds nobody. Who has been heard is let in, when the answer has come.
        var longest = LongestDrain;
        if (OperatingSystem.IsLinux() && socket.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 && TryLetNobodyIn(socket))
        {
            longest = LongestLastDrain;
            await Task.Delay(Handshake, Time, cancellationToken);
        }

        try
        {
            var start = Time.GetTimestamp();
            while (socket.Poll(0, SelectMode.SelectRead) && Time.GetElapsedTime(start) < longest)
                await Task.Delay(Poll, Time, cancellationToken);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed is what it is to be.
        }

        socket.Dispose();
    }

    /// <summary>A filter of the kernel that keeps nothing of packets which open a connection (socket(7), SO_ATTACH_FILTER).</summary>
    /// <returns>False where it is not allowed, as in a sandbox: then those that come last may be reset.</returns>
    private static bool TryLetNobodyIn(Socket socket)
    {
        var steps = GC.AllocateArray<FilterStep>(4, pinned: true);
        steps[0] = new(LoadByte, 0, 0, Flags);
        steps[1] = new(JumpIfSet, 0, 1, Synchronize);
        steps[2] = new(Return, 0, 0, Nothing);
        steps[3] = new(Return, 0, 0, Everything);
        var program = new FilterProgram((ushort)steps.Length, Marshal.UnsafeAddrOfPinnedArrayElement(steps, 0));
        try
        {
            socket.SetRawSocketOption(SocketLevel, AttachFilter, MemoryMarshal.AsBytes(new ReadOnlySpan<FilterProgram>(in program)));
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            GC.KeepAlive(steps);
        }
    }

    /// <summary><c>struct sock_filter</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct FilterStep(ushort Code, byte IfTrue, byte IfFalse, uint Constant);

    /// <summary><c>struct sock_fprog</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct FilterProgram(ushort Length, nint Steps);
}
