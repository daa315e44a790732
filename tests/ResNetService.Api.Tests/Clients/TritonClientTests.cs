using System.Text;
using ResNetService.Api.Tests.OpenInference;

namespace ResNetService.Api.Tests.Clients;

/// <summary>
/// Requests byte for byte as Triton's HTTP client for Python builds them: compact JSON in its order of keys, tensors behind it, no Content-Type
/// where there are none. The answers are read as it reads them, by the length of the header and the sizes in the outputs.
/// </summary>
public sealed class TritonClientTests(ServiceHost host) : IClassFixture<ServiceHost>
{
    private const string Input = """{"name":"image","shape":[1,8,8,3],"datatype":"UINT8","parameters":{"binary_data_size":192}}""";

    /// <summary><c>client.infer(model, [input])</c>: without outputs it asks for all of them in bytes.</summary>
    [Fact]
    public async Task Infer_OfOneInput_IsAnsweredInBytes()
    {
        var (json, outputs) = await SendAsync($$$$"""{"inputs":[{{{{Input}}}}],"parameters":{"binary_data_output":true}}""", V2.RedTensor);

        Assert.Equal([250f, 10, 10], V2.Floats(outputs["logits"]));
        Assert.False(json.TryGetProperty("id", out _));
    }

    /// <summary><c>InferRequestedOutput("logits", class_count=2)</c> with a request id.</summary>
    [Fact]
    public async Task Infer_OfClasses_IsAnsweredWithStrings()
    {
        const string request = $$$"""{"id":"1","inputs":[{{{Input}}}],"outputs":[{"name":"logits","parameters":{"classification":2,"binary_data":true}}]}""";

        var (json, outputs) = await SendAsync(request, V2.RedTensor);

        Assert.Equal("1", json.Text("id"));
        Assert.Equal([1, 2], json.GetProperty("outputs")[0].Shape());
        Assert.Equal(["250:0:red", "10:1:green"], Strings(outputs["logits"]));
    }

    /// <summary>A numpy array of <c>object_</c> with the bytes of two files.</summary>
    [Fact]
    public async Task Infer_OfByteStrings_IsOfImageFiles()
    {
        var elements = V2.Elements(Replies.Blue, Replies.Green);
        var request = $$$$"""{"inputs":[{"name":"image","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":{{{{elements.Length}}}}}}],"outputs":[{"name":"logits","parameters":{"binary_data":true}}]}""";

        var (json, outputs) = await SendAsync(request, elements);

        Assert.Equal([2, 3], json.GetProperty("outputs")[0].Shape());
        Assert.Equal([10f, 10, 250, 10, 250, 10], V2.Floats(outputs["logits"]));
    }

    /// <summary><c>set_data_from_numpy(…, binary_data=False)</c> and <c>InferRequestedOutput("logits", binary_data=False)</c>.</summary>
    [Fact]
    public async Task Infer_WithoutBytes_IsAnsweredAsJson()
    {
        var request = $$$$"""{"inputs":[{"name":"image","shape":[1,8,8,3],"datatype":"UINT8","data":[{{{{V2.Numbers(V2.RedTensor)}}}}]}],"outputs":[{"name":"logits","parameters":{"binary_data":false}}]}""";

        using var response = await host.Client.SendAsync(Replies.Raw(Encoding.UTF8.GetBytes(request), null));

        Assert.True(response.IsSuccessStatusCode);
        Assert.False(response.Headers.Contains(V2.HeaderLength));
    }

    private Task<(System.Text.Json.JsonElement Json, Dictionary<string, byte[]> Outputs)> SendAsync(string json, byte[] tensors) =>
        host.Client.InferBinaryAsync(V2.Binary(json, tensors));

    private static IEnumerable<string> Strings(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var length = BitConverter.ToInt32(bytes, at);
            yield return Encoding.UTF8.GetString(bytes, at + sizeof(int), length);
            at += sizeof(int) + length;
        }
    }
}
