using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ResNetService.Benchmarks.LoadGeneration;

namespace ResNetService.Benchmarks.Reliability;

/// <summary>A caller who makes trouble, ten times a second and in turn: half a photograph, an answer that is not waited for, a body that breaks off.</summary>
internal sealed class Troublemaker(Uri address, byte[] photograph)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Mostly while the request is decoded or waits for its batch.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(3);

    /// <summary>How often it has made trouble.</summary>
    public int Times { get; private set; }

    /// <param name="end">Ends it, not with an exception.</param>
    /// <exception cref="BenchmarkException">Half a photograph was not refused as the fault of its caller.</exception>
    public async Task RunAsync(CancellationToken end)
    {
        using var client = new LoopbackClient(address, connections: 1);
        using var timer = new PeriodicTimer(Pause);
        try
        {
            while (await timer.WaitForNextTickAsync(end))
            {
                var trouble = (Times++ % 3) switch
                {
                    0 => SendHalfAsync(client, end),
                    1 => LeaveAsync(client, end),
                    _ => BreakOffAsync(end),
                };
                await trouble;
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // As its caller asked.
        }
    }

    private async Task SendHalfAsync(LoopbackClient client, CancellationToken end)
    {
        using var response = await client.SendAsync(photograph[..(photograph.Length / 2)], end);
        if ((int)response.StatusCode is not (>= 400 and < 500))
            throw new BenchmarkException($"half a photograph was answered by {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(end)}");
    }

    private async Task LeaveAsync(LoopbackClient client, CancellationToken end)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(end);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await client.SendAsync(photograph, patience.Token);
        }
        catch (OperationCanceledException) when (!end.IsCancellationRequested)
        {
            // Gone, unless the answer was faster.
        }
    }

    private async Task BreakOffAsync(CancellationToken end)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port, end);
        var head = string.Create(CultureInfo.InvariantCulture, $"POST {address.AbsolutePath} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: image/jpeg\r\nContent-Length: {photograph.Length}\r\n\r\n");
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), end);
        await connection.GetStream().WriteAsync(photograph.AsMemory(0, photograph.Length / 2), end);
    }
}
