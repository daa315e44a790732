using System.Text.Json;
using ResNetService.Api.Errors;
using ResNetService.Api.Uploads;

namespace ResNetService.Api.OpenInference.Rest;

/// <summary>The body of a request for the index: <c>{"ready":true}</c> leaves out what does not answer. It may be empty.</summary>
internal static class IndexJson
{
    private const int MaxBytes = 64 * 1024;

    /// <exception cref="ProblemException">It is something else.</exception>
    public static async Task<bool> ReadReadyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        BodyReader.EnsureNotEncoded(request);
        using var body = await ImageBuffer.ReadAsync(request.Body, MaxBytes, cancellationToken)
            ?? throw new ProblemException(ProblemKind.TooManyBytes, $"The request has more than {MaxBytes} bytes.");
        return !body.Data.IsEmpty && Read(body.Data.Span);
    }

    private static bool Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var ready = false;
        try
        {
            reader.Read();
            var index = new JsonObject(ref reader, "The request");
            while (index.Next(ref reader, out var property))
            {
                if (property == "ready")
                    ready = JsonObject.Boolean(ref reader, "'ready'");
                else
                    reader.Skip();
            }

            reader.Read();
            return ready;
        }
        catch (JsonException e)
        {
            throw ProblemException.Invalid("""The request is no JSON; it would be right as {"ready":true}, or without a body.""", e);
        }
    }
}
