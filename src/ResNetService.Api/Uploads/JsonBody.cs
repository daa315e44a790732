using System.Collections.ObjectModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ResNetService.Api.Errors;

namespace ResNetService.Api.Uploads;

/// <summary>Images as base64: what the body is, by the letter. No other property, none twice, no deeper nesting.</summary>
internal sealed record JsonBody(JsonImages Images, string? Model = null, int? TopK = null, JsonClass? Class = null, bool? Normalize = null)
{
    public static async Task<Upload> ReadAsync(HttpRequest request, BodyLimits limits, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        var body = await ParseAsync(request, fields, cancellationToken);
        var upload = new Upload();
        try
        {
            foreach (var image in body.Images)
            {
                if (image.Data.Buffer is { } buffer)
                    upload.Add(image.Name, buffer, limits);
                else
                    upload.Add(UploadedImage.NotBase64(image.Name), limits);
            }

            upload.Choice = body.Choice.Checked().Only(fields);
            return upload;
        }
        catch
        {
            upload.Dispose();
            throw;
        }
    }

    private Choice Choice => new() { Model = string.IsNullOrWhiteSpace(Model) ? null : Model, TopK = TopK, Class = Class?.Text, Normalize = Normalize };

    private static async Task<JsonBody> ParseAsync(HttpRequest request, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(request.BodyReader, RequestJson.Default.JsonBody, cancellationToken) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw ProblemException.Invalid($$"""The JSON is wrong at {{e.Path ?? "$"}} (line {{e.LineNumber + 1 ?? 1}}, byte {{e.BytePositionInLine + 1 ?? 1}}); it would be right as {"images":[{"name":"a.jpg","data":"<base64>"}]}, where name may be left out, and {{Choice.Listed(fields)}} may stand beside images.""", e);
        }
    }
}

internal sealed record JsonImage(JsonImageData Data, string? Name = null);

/// <param name="Buffer">Null where the string is not base64: that spoils this image, and not the request.</param>
[JsonConverter(typeof(Converter))]
internal sealed record JsonImageData(ImageBuffer? Buffer)
{
    internal sealed class Converter : JsonConverter<JsonImageData>
    {
        public override JsonImageData Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String)
                throw new JsonException();
            return new(ImageBuffer.FromBase64(ref reader));
        }

        public override void Write(Utf8JsonWriter writer, JsonImageData value, JsonSerializerOptions options) => throw new NotSupportedException();
    }
}

/// <summary>The index of a class as a number, or its name as text.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record JsonClass(string Text)
{
    internal sealed class Converter : JsonConverter<JsonClass>
    {
        public override JsonClass Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.Number => new(reader.GetInt32().ToString(CultureInfo.InvariantCulture)),
            JsonTokenType.String => new(reader.GetString()!),
            _ => throw new JsonException(),
        };

        public override void Write(Utf8JsonWriter writer, JsonClass value, JsonSerializerOptions options) => throw new NotSupportedException();
    }
}

/// <summary>Refuses further elements while they are read, since a short body can hold millions.</summary>
internal sealed class JsonImages : Collection<JsonImage>
{
    protected override void InsertItem(int index, JsonImage item)
    {
        if (item is null)
            throw new JsonException();
        if (Count == RequestOptions.MostImages)
            throw ProblemException.Invalid($"The request has more than {RequestOptions.MostImages} images: send the others in a further request.");
        base.InsertItem(index, item);
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 4)]
[JsonSerializable(typeof(JsonBody))]
internal sealed partial class RequestJson : JsonSerializerContext;
