using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Mime;
using System.Text.Json;
using ResNetService.Api.OpenInference.Tensors;

namespace ResNetService.Api.OpenInference.Rest;

/// <summary>The answer as JSON, with those outputs behind it that were wanted as bytes.</summary>
internal static class InferenceReply
{
    public static async Task WriteAsync(HttpResponse response, ModelSignature model, string? id, IReadOnlyList<OutputTensor> outputs, CancellationToken cancellationToken)
    {
        OutputTensor[] binary = [.. outputs.Where(output => output.IsBinary)];
        if (binary.Length == 0)
        {
            response.ContentType = MediaTypeNames.Application.Json;
            WriteJson(response.BodyWriter, model, id, outputs);
        }
        else
        {
            // Its length is said before it is sent.
            var json = new ArrayBufferWriter<byte>();
            WriteJson(json, model, id, outputs);
            response.ContentType = MediaTypeNames.Application.Octet;
            response.ContentLength = json.WrittenCount + binary.Sum(output => (long)output.ByteCount);
            response.Headers[InferenceHeader.Name] = json.WrittenCount.ToString(CultureInfo.InvariantCulture);
            response.BodyWriter.Write(json.WrittenSpan);
            foreach (var output in binary)
                Write(response.BodyWriter, output);
        }

        await response.BodyWriter.FlushAsync(cancellationToken);
    }

    private static void WriteJson(IBufferWriter<byte> destination, ModelSignature model, string? id, IReadOnlyList<OutputTensor> outputs)
    {
        using var writer = new Utf8JsonWriter(destination);
        writer.WriteStartObject();
        writer.WriteString("model_name", model.Model.Name);
        writer.WriteString("model_version", model.Model.Version);
        if (id is not null)
            writer.WriteString("id", id);
        writer.WriteStartArray("outputs");
        foreach (var output in outputs)
            WriteOutput(writer, output);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteOutput(Utf8JsonWriter writer, OutputTensor output)
    {
        writer.WriteStartObject();
        writer.WriteString("name", output.Metadata.Name);
        writer.WriteString("datatype", output.Metadata.Datatype);
        writer.WriteStartArray("shape");
        foreach (var dimension in output.Metadata.Shape)
            writer.WriteNumberValue(dimension);
        writer.WriteEndArray();
        if (output.IsBinary)
        {
            writer.WriteStartObject("parameters");
            writer.WriteNumber("binary_data_size", output.ByteCount);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteStartArray("data");
            output.WriteElements(writer);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void Write(PipeWriter destination, OutputTensor output)
    {
        var bytes = destination.GetSpan(output.ByteCount)[..output.ByteCount];
        output.CopyTo(bytes);
        destination.Advance(bytes.Length);
    }
}
