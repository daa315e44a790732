using System.Buffers;
using System.Text.Json;
using ResNetService.Api.Errors;
using ResNetService.Api.OpenInference.Tensors;
using ResNetService.Api.Uploads;

namespace ResNetService.Api.OpenInference.Rest;

/// <summary>The one input of a request: its elements stand in the JSON, or follow it.</summary>
internal sealed class InputJson(ModelSignature model, int maxImages, int jsonLength, ReadOnlyMemory<byte> binary, ICollection<IDisposable> memory)
{
    private const int MaxRank = 8;

    /// <returns>Null where the array is empty.</returns>
    public InputImages? ReadArray(ref Utf8JsonReader reader)
    {
        InputImages? only = null;
        JsonObject.BeginArray(ref reader, "'inputs'");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (only is not null)
                throw ProblemException.Invalid($"The request has more than one input; {model.Reference} takes '{model.Input.Name}' once, with all images of the batch.");
            only = Read(ref reader);
        }

        return only;
    }

    private InputImages Read(ref Utf8JsonReader reader)
    {
        string? name = null, datatype = null;
        List<long>? shape = null;
        long? binarySize = null;
        InputImages? read = null;
        var data = default(Utf8JsonReader);
        var hasData = false;
        var input = new JsonObject(ref reader, "An input");
        while (input.Next(ref reader, out var property))
        {
            switch (property)
            {
                case "name":
                    name = JsonObject.String(ref reader, "'name' of an input");
                    break;
                case "datatype":
                    datatype = JsonObject.String(ref reader, "'datatype' of an input");
                    break;
                case "shape":
                    shape = ReadShape(ref reader);
                    break;
                case "parameters":
                    binarySize = ReadParameters(ref reader);
                    break;
                case "data" when name is not null && datatype is not null && shape is not null:
                    hasData = true;
                    read = ReadData(ref reader, model.Declare(name, datatype, shape, maxImages));
                    break;
                case "data":
                    // What it has to be is said later: then it is come back to.
                    data = reader;
                    hasData = true;
                    reader.Skip();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        var declaration = read?.Declaration ?? model.Declare(Required(name, "name"), Required(datatype, "datatype"), Required(shape, "shape"), maxImages);
        if (hasData == (binarySize is not null))
            throw ProblemException.Invalid($"Input '{name}' has {(hasData ? "both" : "neither")} 'data' {(hasData ? "and" : "nor")} the parameter 'binary_data_size'; it must have one of them.");
        if ((binarySize ?? 0) != binary.Length)
            throw ProblemException.Invalid($"{binary.Length} bytes follow the JSON, whose length {InferenceHeader.Name} gives; the inputs' 'binary_data_size' sum up to {binarySize ?? 0}.");
        return binarySize is null ? read ?? ReadData(ref data, declaration) : new(declaration, RawTensor.Images(binary, declaration));
    }

    private InputImages ReadData(ref Utf8JsonReader data, InputDeclaration input) =>
        new(input, input.IsTensor ? ReadTensor(ref data, input) : ReadFiles(ref data, input));

    private ReadOnlyMemory<byte>[] ReadTensor(ref Utf8JsonReader data, InputDeclaration input)
    {
        // Each is a digit and a comma at least: a short request cannot ask for much memory.
        if (input.Elements > jsonLength / 2)
            throw ProblemException.Invalid($"'data' of input '{input.Input.Name}' has fewer than the {input.Elements} elements of its shape {Text.Of(input.Shape)}.");
        var tensor = MemoryPool<byte>.Shared.Rent(checked((int)input.TensorBytes));
        memory.Add(tensor);
        JsonTensor.ReadNumbers(ref data, input, tensor.Memory.Span[..(int)input.TensorBytes]);
        return [.. Enumerable.Range(0, input.Images).Select(i => tensor.Memory.Slice(i * input.ImageBytes, input.ImageBytes))];
    }

    private ReadOnlyMemory<byte>[] ReadFiles(ref Utf8JsonReader data, InputDeclaration input)
    {
        var files = new ImageBuffer?[input.Images];
        try
        {
            JsonTensor.ReadFiles(ref data, input, files);
        }
        finally
        {
            foreach (var file in files.OfType<ImageBuffer>())
                memory.Add(file);
        }

        return [.. files.Select(file => file!.Data)];
    }

    private static List<long> ReadShape(ref Utf8JsonReader reader)
    {
        List<long> shape = [];
        JsonObject.BeginArray(ref reader, "'shape' of an input");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (shape.Count == MaxRank)
                throw ProblemException.Invalid($"'shape' of an input has more than {MaxRank} dimensions.");
            shape.Add(JsonObject.Integer(ref reader, "A dimension in 'shape' of an input"));
        }

        return shape;
    }

    private static long? ReadParameters(ref Utf8JsonReader reader)
    {
        long? size = null;
        var parameters = new JsonObject(ref reader, "'parameters' of an input");
        while (parameters.Next(ref reader, out var property))
        {
            RequestParameters.Refuse(property);
            if (property == "binary_data_size")
                size = JsonObject.Integer(ref reader, "'binary_data_size'");
            else
                reader.Skip();
        }

        return size;
    }

    private static T Required<T>(T? value, string property)
        where T : class => value ?? throw ProblemException.Invalid($"An input has no '{property}'.");
}

/// <summary>An input that was read.</summary>
internal sealed record InputImages(InputDeclaration Declaration, IReadOnlyList<ReadOnlyMemory<byte>> Images);
