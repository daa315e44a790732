using System.Text.Json;
using ResNetService.Api.Errors;
using ResNetService.Api.OpenInference.Tensors;

namespace ResNetService.Api.OpenInference.Rest;

/// <summary>An output that a request asks for.</summary>
/// <param name="IsBinary">Null where the request as a whole decides.</param>
internal sealed record OutputJson(string Name, long? Classes, bool? IsBinary)
{
    public static IReadOnlyList<OutputJson> ReadArray(ref Utf8JsonReader reader, ModelSignature model)
    {
        List<OutputJson> outputs = [];
        JsonObject.BeginArray(ref reader, "'outputs'");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var output = Read(ref reader);
            // Those of other models are refused at once, so that there are only a few.
            model.Request(output.Name, output.Classes, isBinary: false);
            if (outputs.Any(other => other.Name == output.Name))
                throw ProblemException.Invalid($"Output '{output.Name}' is asked for twice.");
            outputs.Add(output);
        }

        return outputs;
    }

    private static OutputJson Read(ref Utf8JsonReader reader)
    {
        string? name = null;
        (long? Classes, bool? IsBinary) parameters = default;
        var output = new JsonObject(ref reader, "An output");
        while (output.Next(ref reader, out var property))
        {
            switch (property)
            {
                case "name":
                    name = JsonObject.String(ref reader, "'name' of an output");
                    break;
                case "parameters":
                    parameters = ReadParameters(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new(name ?? throw ProblemException.Invalid("An output has no 'name'."), parameters.Classes, parameters.IsBinary);
    }

    private static (long? Classes, bool? IsBinary) ReadParameters(ref Utf8JsonReader reader)
    {
        (long? Classes, bool? IsBinary) read = default;
        var parameters = new JsonObject(ref reader, "'parameters' of an output");
        while (parameters.Next(ref reader, out var property))
        {
            RequestParameters.Refuse(property);
            switch (property)
            {
                case RequestParameters.Classification:
                    read.Classes = JsonObject.Integer(ref reader, $"'{property}'");
                    break;
                case "binary_data":
                    read.IsBinary = JsonObject.Boolean(ref reader, $"'{property}'");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return read;
    }
}
