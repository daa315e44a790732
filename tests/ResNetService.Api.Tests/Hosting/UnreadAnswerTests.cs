using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using ResNetService.Api.Memory;
using ResNetService.Api.OpenInference.Grpc.Messages;
using ResNetService.Api.Tests.Faults;
using ResNetService.Api.Tests.OpenInference;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Tests.Hosting;

/// <summary>An answer of 7.8 MB, more than the system takes for a caller that does not read, at the rates that the service comes with.</summary>
public sealed class UnreadAnswerTests : IDisposable
{
    private const int Images = 10_000;

    /// <summary>Of an image: its features, and 3 logits.</summary>
    private const int BytesOfOne = (TinyModelRepository.Size * TinyModelRepository.Size * 3 + 3) * sizeof(float);

    /// <summary>Less than Kestrel's rate would give, were it alone.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly TinyModelRepository _models = new TinyModelRepository().AddWithFeatures("m", "1");
    private readonly FaultyBackend _backend = new();
    private ServiceHost? _host;

    public void Dispose()
    {
        _host?.Dispose();
        if (Directory.Exists(_models.Path))
            _models.Dispose();
    }

    private static TimeProvider Time => TimeProvider.System;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answer_ThatIsNotTaken_HoldsNeitherTheBodyNorTheModel()
    {
        // All but one: where a load begins twice, one of its sessions ends too.
        var loads = 0;
        var oldHasEnded = new TaskCompletionSource();
        _backend.OnLoad = _ => Interlocked.Increment(ref loads);
        _backend.OnEnd = () =>
        {
            if (Interlocked.Decrement(ref loads) == 1)
                oldHasEnded.TrySetResult();
        };
        var host = Start([]);
        using var connection = await AskAsync(host);

        await GivenBackAsync(host);
        _models.AddWithFeatures("m", "2");
        await host.Services.GetRequiredService<IModelControl>().LoadAsync("m", Token);
        await oldHasEnded.Task.WaitAsync(Soon, Token);

        _backend.OnEnd = null;
        // All this while the answer was on its way.
        Assert.Equal(Images * BytesOfOne, await BytesOfOutputsAsync(connection, pause: 0));
    }

    [Fact]
    public async Task Caller_ThatDoesNotTakeItsAnswer_IsEnded()
    {
        var host = Start(new() { ["Requests:MaxAnswerTime"] = "00:00:02" });
        using var connection = await AskAsync(host);

        await IsEndedAsync(connection).WaitAsync(Soon, Token);
        await GivenBackAsync(host);
    }

    [Fact]
    public async Task CallOfGrpc_WhoseAnswerIsNotTaken_IsEnded_AndOthersOfItsConnectionAreNot()
    {
        var host = Start(new() { ["Requests:MaxAnswerTime"] = "00:00:02", ["Grpc:Url"] = "http://127.0.0.2:0" });
        using var client = new HttpClient { BaseAddress = host.Addresses[1] };
        using var unread = await CallAsync(client, Images);
        await GivenBackAsync(host);

        await PauseAsync(4);
        using var other = await CallAsync(client, images: 1);

        Assert.NotEmpty(await other.Content.ReadAsByteArrayAsync(Token));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => unread.Content.ReadAsByteArrayAsync(Token).WaitAsync(Soon, Token));
    }

    [Fact]
    public async Task Caller_ThatPauses_HasItsWholeAnswer()
    {
        using var connection = await AskAsync(Start([]));

        Assert.Equal(Images * BytesOfOne, await BytesOfOutputsAsync(connection, pause: 0.5));
    }

    [Fact]
    public async Task Service_ThatStops_WaitsHalfItsTimeForACallerThatDoesNotRead()
    {
        var host = Start(new() { ["Shutdown:Timeout"] = "00:00:10" });
        using var connection = await AskAsync(host);
        var start = Time.GetTimestamp();

        await host.DisposeAsync();

        Assert.InRange(Time.GetElapsedTime(start).TotalSeconds, 4, 9);
    }

    private ServiceHost Start(Dictionary<string, string> settings) => _host = new(
        new(settings) { ["Requests:MaxImages"] = $"{Images}", ["Batching:QueueCapacity"] = $"{Images}", ["Batching:MaxBatchSize"] = "256" }, _backend.Replace, _models);

    /// <summary>Asks for everything, and takes the answer's first byte.</summary>
    private static async Task<RawConnection> AskAsync(ServiceHost host)
    {
        var json = $$$"""{"inputs":[{"name":"image","shape":[{{{Images}}},8,8,3],"datatype":"UINT8","parameters":{"binary_data_size":{{{Images * V2.RedTensor.Length}}}}}],"outputs":[{{{Output("features")}}},{{{Output("logits")}}}]}""";
        var tensor = Tensor(Images);
        var connection = await RawConnection.OpenAsync(host.Client.BaseAddress!, receiveBuffer: 4096);
        await connection.SendAsync(
            $"POST /v2/models/m/infer HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\n{V2.HeaderLength}: {json.Length}\r\nContent-Length: {json.Length + tensor.Length}\r\n\r\n{json}");
        await connection.SendAsync(tensor);
        Assert.Equal(1, await connection.Stream.ReadAsync(new byte[1], Token));
        return connection;

        static string Output(string name) => $$$"""{"name":"{{{name}}}","parameters":{"binary_data":true}}""";
    }

    private static Task<HttpResponseMessage> CallAsync(HttpClient client, int images)
    {
        var message = new ModelInferRequest
        {
            ModelName = "m",
            Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "image", Datatype = "UINT8", Shape = { images, 8, 8, 3 } } },
            RawInputContents = { ByteString.CopyFrom(Tensor(images)) },
        }.ToByteArray();
        var length = BitConverter.GetBytes(IPAddress.HostToNetworkOrder(message.Length));
        var request = new HttpRequestMessage(HttpMethod.Post, "/inference.GRPCInferenceService/ModelInfer")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, .. length, .. message]) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
            Headers = { TE = { new("trailers") } },
        };
        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    private static byte[] Tensor(int images) => [.. Enumerable.Repeat(V2.RedTensor, images).SelectMany(image => image)];

    private static async Task GivenBackAsync(ServiceHost host)
    {
        var memory = host.Services.GetRequiredService<BodyMemory>();
        for (var start = Time.GetTimestamp(); memory.Held > 0; await Task.Yield())
            Assert.True(Time.GetElapsedTime(start) < Soon, $"{memory.Held} bytes are held.");
    }

    private static Task PauseAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), Time, Token);

    /// <summary>Tries to say more until there is nobody who listens.</summary>
    private static Task<IOException> IsEndedAsync(RawConnection connection) => Assert.ThrowsAnyAsync<IOException>(async () =>
    {
        while (true)
        {
            await connection.SendAsync("G");
            await PauseAsync(0.05);
        }
    });

    /// <summary>Reads as much as the answer says that it has, behind its JSON.</summary>
    /// <param name="pause">Seconds after each megabyte.</param>
    private static async Task<int> BytesOfOutputsAsync(RawConnection connection, double pause)
    {
        var head = new StringBuilder("H");
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await connection.Stream.ReadExactlyAsync(one, Token);
            head.Append((char)one[0]);
        }

        var headers = head.ToString().Split("\r\n").Skip(1).Where(line => line.Length > 0).Select(line => line.Split(": ")).ToDictionary(line => line[0], line => line[1]);
        var left = int.Parse(headers["Content-Length"], null);
        var outputs = left - int.Parse(headers[V2.HeaderLength], null);
        for (var piece = new byte[1_000_000]; left > 0; left -= Math.Min(left, piece.Length))
        {
            await connection.Stream.ReadExactlyAsync(piece.AsMemory(0, Math.Min(left, piece.Length)), Token);
            await PauseAsync(pause);
        }

        return outputs;
    }
}
