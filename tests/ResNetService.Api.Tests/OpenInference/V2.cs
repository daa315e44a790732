using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace ResNetService.Api.Tests.OpenInference;

/// <summary>Requests of the Open Inference Protocol in one line, and their answers.</summary>
internal static class V2
{
    public const string HeaderLength = "Inference-Header-Content-Length";

    /// <summary>One image of the model <c>color</c>, all of it red.</summary>
    public static byte[] RedTensor { get; } = Tensor(250, 10, 10);

    /// <summary>An image of one colour as <c>color</c> takes it: [8, 8, 3].</summary>
    public static byte[] Tensor(byte red, byte green, byte blue) =>
        [.. Enumerable.Repeat<byte[]>([red, green, blue], TinyModelRepository.Size * TinyModelRepository.Size).SelectMany(pixel => pixel)];

    public static string Numbers(IEnumerable<byte> values) => string.Join(',', values.Select(value => value.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A tensor of red as JSON.</summary>
    public static string RedJson { get; } = $$"""{"inputs":[{"name":"image","shape":[1,8,8,3],"datatype":"UINT8","data":[{{Numbers(RedTensor)}}]}]}""";

    /// <summary>Image files as JSON.</summary>
    public static string FilesJson(params byte[][] files) =>
        $$"""{"inputs":[{"name":"image","shape":[{{files.Length}}],"datatype":"BYTES","data":[{{string.Join(',', files.Select(file => $"\"{Convert.ToBase64String(file)}\""))}}]}]}""";

    /// <summary>BYTES: each element after its length.</summary>
    public static byte[] Elements(params byte[][] files) => [.. files.SelectMany(file => (byte[])[.. BitConverter.GetBytes(file.Length), .. file])];

    /// <summary>JSON, and bytes behind it.</summary>
    public static ByteArrayContent Binary(string json, byte[] bytes, string? headerLength = null)
    {
        var head = Encoding.UTF8.GetBytes(json);
        var content = new ByteArrayContent([.. head, .. bytes]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Headers.Add(HeaderLength, headerLength ?? head.Length.ToString(CultureInfo.InvariantCulture));
        return content;
    }

    public static Task<HttpResponseMessage> SendAsync(this HttpClient client, HttpContent content, string model = "color") =>
        client.PostAsync(new Uri($"/v2/models/{model}/infer", UriKind.Relative), content, TestContext.Current.CancellationToken);

    public static async Task<JsonElement> InferAsync(this HttpClient client, HttpContent content, string model = "color")
    {
        using var response = await client.SendAsync(content, model);
        return await response.ReadAsync(System.Net.HttpStatusCode.OK);
    }

    public static async Task<string> FailInferAsync(this HttpClient client, HttpContent content, int status, string model = "color")
    {
        using var response = await client.SendAsync(content, model);
        return await response.ReadErrorAsync(status);
    }

    /// <summary>An answer of which a part is bytes: its JSON, and each output's bytes by its name.</summary>
    public static async Task<(JsonElement Json, Dictionary<string, byte[]> Outputs)> InferBinaryAsync(this HttpClient client, HttpContent content, string model = "color")
    {
        using var response = await client.SendAsync(content, model);
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, Encoding.UTF8.GetString(body));
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType?.MediaType);
        var length = int.Parse(response.Headers.GetValues(HeaderLength).Single(), CultureInfo.InvariantCulture);
        var json = JsonDocument.Parse(body.AsMemory(0, length)).RootElement;
        var outputs = new Dictionary<string, byte[]>();
        foreach (var output in json.GetProperty("outputs").EnumerateArray().Where(output => output.TryGetProperty("parameters", out _)))
        {
            var size = output.GetProperty("parameters").GetProperty("binary_data_size").GetInt32();
            outputs.Add(output.Text("name"), body.AsSpan(length, size).ToArray());
            length += size;
        }

        Assert.Equal(body.Length, length);
        return (json, outputs);
    }

    public static float[] Floats(byte[] bytes) => MemoryMarshal.Cast<byte, float>(bytes).ToArray();

    public static float[] Floats(this JsonElement output) => [.. output.GetProperty("data").EnumerateArray().Select(value => value.GetSingle())];

    public static IEnumerable<long> Shape(this JsonElement tensor) => tensor.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt64());

    /// <summary>Exactly <c>{"error":"…"}</c>.</summary>
    public static async Task<string> ReadErrorAsync(this HttpResponseMessage response, int status)
    {
        var json = await response.ReadAsync((System.Net.HttpStatusCode)status);
        Assert.Equal("error", Assert.Single(json.EnumerateObject()).Name);
        Assert.NotEmpty(json.Text("error"));
        return json.Text("error");
    }
}
