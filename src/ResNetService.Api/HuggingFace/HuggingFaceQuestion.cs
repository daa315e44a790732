using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Net.Http.Headers;
using ResNetService.Api.Errors;
using ResNetService.Api.Uploads;

namespace ResNetService.Api.HuggingFace;

/// <summary>What a caller asks: one image, and perhaps how many classes. Owns memory where the image came as text.</summary>
internal sealed class HuggingFaceQuestion(ReadOnlyMemory<byte> image, int? topK, IDisposable? memory) : IDisposable
{
    private const string Right = """{"inputs":"<base64>","parameters":{"top_k":5}}""";

    public ReadOnlyMemory<byte> Image => image;

    public int? TopK => topK;

    /// <param name="body">Must live as long as the question.</param>
    /// <exception cref="ProblemException">The body holds no image.</exception>
    public static HuggingFaceQuestion Of(HttpRequest request, ImageBuffer body)
    {
        if (!IsJson(request, body.Data.Span))
            return new(NotEmpty(body.Data), null, null);
        var json = Parse(body.Data.Span);
        try
        {
            if (json.Parameters?.TopK < 1)
                throw ProblemException.Invalid($"top_k is {json.Parameters.TopK}; a whole number from 1 would be right.");
            if (json.Parameters?.FunctionToApply is not (null or "softmax"))
                throw ProblemException.Invalid($"function_to_apply is '{json.Parameters.FunctionToApply}'; only 'softmax' is known.");
            var image = json.Inputs.Buffer ?? throw ProblemException.Invalid("'inputs' is not base64: send the bytes of an image file; addresses are not fetched.");
            return new(NotEmpty(image.Data), json.Parameters?.TopK, image);
        }
        catch
        {
            json.Inputs.Buffer?.Dispose();
            throw;
        }
    }

    public void Dispose() => memory?.Dispose();

    /// <summary>Some clients send JSON without saying so, and no image begins with a brace.</summary>
    private static bool IsJson(HttpRequest request, ReadOnlySpan<byte> body) =>
        (MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        || body.TrimStart(" \t\r\n"u8).StartsWith("{"u8);

    private static HuggingFaceJson Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, HuggingFaceRequestJson.Default.HuggingFaceJson) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw ProblemException.Invalid($"The JSON is wrong at {e.Path ?? "$"}; it would be right as {Right}, where parameters may be left out.", e);
        }
    }

    private static ReadOnlyMemory<byte> NotEmpty(ReadOnlyMemory<byte> image) =>
        image.IsEmpty ? throw ProblemException.Invalid("The image is empty: send the bytes of an image file.") : image;
}

/// <summary>Properties of other services are passed over; a parameter that changes an answer is not.</summary>
internal sealed record HuggingFaceJson(HuggingFaceImage Inputs, HuggingFaceParameters? Parameters = null);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record HuggingFaceParameters(
    [property: JsonPropertyName("top_k")] int? TopK = null, [property: JsonPropertyName("function_to_apply")] string? FunctionToApply = null);

/// <summary>Base64, with or without <c>data:…;base64,</c> before it.</summary>
/// <param name="Buffer">Null where it is something else.</param>
[JsonConverter(typeof(Converter))]
internal sealed record HuggingFaceImage(ImageBuffer? Buffer)
{
    internal sealed class Converter : JsonConverter<HuggingFaceImage>
    {
        public override HuggingFaceImage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String)
                throw new JsonException();
            return new(ImageBuffer.FromBase64(ref reader, mayBeDataUrl: true));
        }

        public override void Write(Utf8JsonWriter writer, HuggingFaceImage value, JsonSerializerOptions options) => throw new NotSupportedException();
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true, MaxDepth = 8)]
[JsonSerializable(typeof(HuggingFaceJson))]
internal sealed partial class HuggingFaceRequestJson : JsonSerializerContext;
