using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Mime;
using System.Text.Json;
using ResNetService.Api.Hosting;
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
            await WriteJsonAsync(response.BodyWriter, model, id, outputs, token => SendAsync(response.BodyWriter, token), cancellationToken);
        }
        else
        {
            // Its length is said before it is sent.
            var json = new ArrayBufferWriter<byte>();
            await WriteJsonAsync(json, model, id, outputs, _ => ValueTask.CompletedTask, cancellationToken);
            response.ContentType = MediaTypeNames.Application.Octet;
            response.ContentLength = json.WrittenCount + binary.Sum(output => (long)output.ByteCount);
            response.Headers[InferenceHeader.Name] = json.WrittenCount.ToString(CultureInfo.InvariantCulture);
            response.BodyWriter.Write(json.WrittenSpan);
            foreach (var output in binary)
                await WriteAsync(response.BodyWriter, output, cancellationToken);
        }

        await response.BodyWriter.FlushAsync(cancellationToken);
    }

    /// <param name="send">Called after each piece.</param>
    private static async Task WriteJsonAsync(
        IBufferWriter<byte> destination, ModelSignature model, string? id, IReadOnlyList<OutputTensor> outputs, Func<CancellationToken, ValueTask> send, CancellationToken cancellationToken)
    {
        await using var writer = new Utf8JsonWriter(destination);
        writer.WriteStartObject();
        writer.WriteString("model_name", model.Model.Name);
        writer.WriteString("model_version", model.Model.Version);
        if (id is not null)
            writer.WriteString("id", id);
        writer.WriteStartArray("outputs");
        foreach (var output in outputs)
        {
            BeginOutput(writer, output);
            for (var piece = 0; !output.IsBinary && piece < output.Pieces; piece++)
            {
                output.WriteElements(piece, writer);
                await writer.FlushAsync(cancellationToken);
                await send(cancellationToken);
            }

            EndOutput(writer, output);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void BeginOutput(Utf8JsonWriter writer, OutputTensor output)
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
        }
    }

    private static void EndOutput(Utf8JsonWriter writer, OutputTensor output)
    {
        if (!output.IsBinary)
            writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static async Task WriteAsync(PipeWriter destination, OutputTensor output, CancellationToken cancellationToken)
    {
        for (var piece = 0; piece < output.Pieces; piece++)
        {
            var length = output.BytesOf(piece);
            output.CopyTo(piece, destination.GetSpan(length));
            destination.Advance(length);
            await SendAsync(destination, cancellationToken);
        }
    }

    private static async ValueTask SendAsync(PipeWriter destination, CancellationToken cancellationToken)
    {
        // The caller has to take what is there first: so much of an answer waits in memory for one who does not read.
        if (destination.UnflushedBytes > HeldReply.Longest)
            await destination.FlushAsync(cancellationToken);
    }
}
