using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ResNetService.Api.OpenInference.Rest;
using ResNetService.Api.Uploads;
using ResNetService.Fuzz.Campaigns;

namespace ResNetService.Fuzz.Targets.Http;

/// <summary>Inference requests over HTTP, JSON and what may follow it, through to the answer. A query asks for the model of float32.</summary>
internal sealed class OpenInferenceTarget : IFuzzTarget
{
    private static readonly InferenceEndpoint UInt8 = Endpoint(new(isFloat: false));
    private static readonly InferenceEndpoint Float32 = Endpoint(new(isFloat: true));

    private static readonly string Pixels = string.Join(',', Enumerable.Range(0, 192));

    public string Name => "open-inference";

    public IEnumerable<byte[]> Seeds =>
    [
        RequestText.Write("", "Content-Type: application/json", $$"""{"inputs":[{"name":"image","shape":[1,8,8,3],"datatype":"UINT8","data":[{{Pixels}}]}]}"""),
        RequestText.Write("?float32", "Content-Type: application/json", $$"""{"id":"a","outputs":[{"name":"features"}],"inputs":[{"name":"image","data":[{{Pixels}}],"shape":[1,3,8,8],"datatype":"FP32"}]}"""),
        RequestText.Write("", "Content-Type: application/json", """{"inputs":[{"name":"image","shape":[2,1],"datatype":"BYTES","data":[["AAAA"],["/+8="]],"other":{"a":[1,{"b":null}]}}],"parameters":{"binary_data_output":true}}"""),
        RequestText.Write("", "Inference-Header-Content-Length: 136", """{"inputs":[{"name":"image","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":13}}],"outputs":[{"name":"logits"}]          }""" + "\x01\0\0\0A\x04\0\0\0BCDE"),
        RequestText.Write("", "Inference-Header-Content-Length: 0\nContent-Type: application/octet-stream", new byte[192]),
        RequestText.Write("", "Inference-Header-Content-Length: 0\nContent-Type: image/png", new byte[8]),
        RequestText.Write("", "", $$$"""{"inputs":[{"name":"image","shape":[1,8,8,3],"datatype":"UINT8","data":[{{{Pixels}}}]}],"outputs":[{"name":"logits","parameters":{"classification":2,"binary_data":false}}]}"""),
    ];

    public IReadOnlyList<byte[]> Words => Targets.Words.Of(
        "[", "]", "{", "}", ",", ":", "\"", "\\ud800", "-1", "1e39", "1e-50", "999", "null", "true", "false", "NaN", "Infinity", "\"data\":", "\"shape\":[", "\"name\":\"image\",", "\"datatype\":\"BYTES\",", "[[[[", "\"FP32\"", "\"UINT8\"", "\"BYTES\"", "\xFF",
        "\"parameters\":{", "\"binary_data_size\":", "\"binary_data\":true", "\"classification\":", "\"outputs\":[", "{\"name\":\"logits\"}", "\"inputs\":[", "\"id\":", "\"shared_memory_region\":", "Inference-Header-Content-Length: ", "?float32", "\x01\0\0\0", "\xFF\xFF\xFF\xFF", "\"AAAA\"");

    public string Run(byte[] input)
    {
        var context = RequestText.Read(input);
        try
        {
            (context.Request.QueryString.HasValue ? Float32 : UInt8).AnswerAsync(context, new("color", null), CancellationToken.None).GetAwaiter().GetResult();
            return Answer(context.Response);
        }
        catch (Exception e) when (RequestText.Told(e) is { } told)
        {
            return told;
        }
    }

    public void Dispose()
    {
    }

    private static string Answer(HttpResponse response)
    {
        response.BodyWriter.FlushAsync().AsTask().GetAwaiter().GetResult();
        response.Body.Position = 0;
        var isBinary = response.Headers.ContainsKey(InferenceHeader.Name);
        if (isBinary)
            return "binary";
        using var json = JsonDocument.Parse(response.Body);
        return $"json {json.RootElement.GetProperty("outputs").GetArrayLength()}";
    }

    private static InferenceEndpoint Endpoint(ColorModel model) => new(
        model, model, Options.Create(new RequestOptions { MaxImages = 4, MaxBytes = 1_000_000 }), Surroundings.Unlimited, Surroundings.Unobserved(model), TimeProvider.System);
}
