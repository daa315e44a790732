using System.Text.Json;
using ResNetService.Api.Errors;
using ResNetService.Api.Uploads;

namespace ResNetService.Api.OpenInference.Rest;

/// <summary>The bodies of requests to the model repository. They may be empty, and what is not known in them is passed over.</summary>
internal static class RepositoryJson
{
    private const int MaxBytes = 64 * 1024;

    private delegate void PropertyReader(string property, ref Utf8JsonReader reader);

    /// <summary>Of the index: <c>{"ready":true}</c> leaves out what does not answer.</summary>
    /// <exception cref="ProblemException">It is something else.</exception>
    public static async Task<bool> ReadReadyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var ready = false;
        await ReadAsync(request, Read, """{"ready":true}""", cancellationToken);
        return ready;

        void Read(string property, ref Utf8JsonReader reader)
        {
            if (property == "ready")
                ready = JsonObject.Boolean(ref reader, "'ready'");
            else
                reader.Skip();
        }
    }

    /// <summary>Of a load: Triton takes a configuration (<c>config</c>) and files (<c>file:1/model.onnx</c>) in its parameters, in place of the repository's.</summary>
    /// <exception cref="ProblemException">It has one of these, or is something else.</exception>
    public static Task EnsureNoOverrideAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        return ReadAsync(request, Read, """{"parameters":{}}""", cancellationToken);

        static void Read(string property, ref Utf8JsonReader reader)
        {
            if (property != "parameters")
            {
                reader.Skip();
                return;
            }

            var parameters = new JsonObject(ref reader, "'parameters'");
            while (parameters.Next(ref reader, out var parameter))
            {
                if (parameter == "config" || parameter.StartsWith("file:", StringComparison.Ordinal))
                    throw ProblemException.Invalid("A model is loaded as it is in the repository: 'parameters' must have neither 'config' nor files.");
                reader.Skip();
            }
        }
    }

    private static async Task ReadAsync(HttpRequest request, PropertyReader read, string example, CancellationToken cancellationToken)
    {
        BodyReader.EnsureNotEncoded(request);
        using var body = await ImageBuffer.ReadAsync(request.Body, MaxBytes, cancellationToken)
            ?? throw new ProblemException(ProblemKind.TooManyBytes, $"The request has more than {MaxBytes} bytes.");
        if (body.Data.IsEmpty)
            return;
        var reader = new Utf8JsonReader(body.Data.Span);
        try
        {
            reader.Read();
            var whole = new JsonObject(ref reader, "The request");
            while (whole.Next(ref reader, out var property))
                read(property, ref reader);
            reader.Read();
        }
        catch (JsonException e)
        {
            throw ProblemException.Invalid($"The request is no JSON; it would be right as {example}, or without a body.", e);
        }
    }
}
