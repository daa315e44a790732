using System.Text.Json;
using ResNetService.Api.Errors;
using ResNetService.Api.OpenInference.Tensors;

namespace ResNetService.Api.OpenInference.Rest;

/// <summary>The JSON of an inference request. Properties come in any order; those of extensions that the service has not are skipped.</summary>
internal static class InferenceJson
{
    private const int MaxDepth = 16;

    /// <param name="json">The whole of it.</param>
    /// <param name="binary">What follows the JSON in the body.</param>
    /// <param name="memory">Receives what must be given back when the call has ended.</param>
    /// <exception cref="ProblemException">It is no JSON, or not such a request.</exception>
    public static InferenceCall Read(
        ReadOnlySpan<byte> json, ReadOnlyMemory<byte> binary, ModelSignature model, int maxImages, ICollection<IDisposable> memory)
    {
        var reader = new Utf8JsonReader(json, new() { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            var call = ReadRequest(ref reader, new InputJson(model, maxImages, json.Length, binary, memory), model);
            // Finds what stands behind the object.
            reader.Read();
            return call;
        }
        catch (JsonException e)
        {
            throw ProblemException.Invalid($"The request is no JSON in line {e.LineNumber + 1 ?? 1}, byte {e.BytePositionInLine + 1 ?? 1}, or is nested more than {MaxDepth} deep.", e);
        }
    }

    private static InferenceCall ReadRequest(ref Utf8JsonReader reader, InputJson inputs, ModelSignature model)
    {
        string? id = null;
        var binaryOutput = false;
        InputImages? input = null;
        IReadOnlyList<OutputJson> outputs = [];
        var request = new JsonObject(ref reader, "The request");
        while (request.Next(ref reader, out var property))
        {
            switch (property)
            {
                case "id":
                    id = JsonObject.String(ref reader, "'id'");
                    break;
                case "parameters":
                    binaryOutput = ReadParameters(ref reader);
                    break;
                case "inputs":
                    input = inputs.ReadArray(ref reader);
                    break;
                case "outputs":
                    outputs = OutputJson.ReadArray(ref reader, model);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (input is null)
            throw ProblemException.Invalid($"The request has no inputs; {model.Reference} takes '{model.Input.Name}'.");
        return new(id, input.Declaration.IsTensor, input.Images, outputs.Count == 0
            ? model.RequestAll(binaryOutput)
            : [.. outputs.Select(output => model.Request(output.Name, output.Classes, output.IsBinary ?? binaryOutput))]);
    }

    private static bool ReadParameters(ref Utf8JsonReader reader)
    {
        var binaryOutput = false;
        var parameters = new JsonObject(ref reader, "'parameters' of the request");
        while (parameters.Next(ref reader, out var property))
        {
            if (property == "binary_data_output")
                binaryOutput = JsonObject.Boolean(ref reader, "'binary_data_output'");
            else
                reader.Skip();
        }

        return binaryOutput;
    }
}
