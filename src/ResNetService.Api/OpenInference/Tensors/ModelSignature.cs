using ResNetService.Api.Errors;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Models;
using ResNetService.ModelFormat;

namespace ResNetService.Api.OpenInference.Tensors;

/// <summary>What a model takes and gives, in the terms of the protocol.</summary>
internal sealed class ModelSignature
{
    private ModelSignature(ServedModel model)
    {
        var (layout, graph) = (BatchLayout.Of(model.Manifest, capacity: 1), model.Manifest.Graph);
        Model = model;
        ImageBytes = layout.ImageBytes;
        Input = new(graph.Input, graph.InputType == InputType.UInt8 ? Datatypes.UInt8 : Datatypes.Float32, [-1, .. layout.ImageShape]);
        Logits = new(graph.Logits, Datatypes.Float32, [-1, layout.OutputLength]);
        Features = model.Features is { } map ? new(graph.Features!, Datatypes.Float32, [-1, map.Channels, map.Rows, map.Columns]) : null;
        Outputs = Features is null ? [Logits] : [Logits, Features];
    }

    public ServedModel Model { get; }

    /// <summary>One version of one model, whichever of its names a caller used.</summary>
    public string Reference => $"{Model.Name}:{Model.Version}";

    public TensorMetadata Input { get; }

    public TensorMetadata Logits { get; }

    /// <summary>Null where the model has none.</summary>
    public TensorMetadata? Features { get; }

    public IReadOnlyList<TensorMetadata> Outputs { get; }

    /// <summary>Of one image as a tensor.</summary>
    public int ImageBytes { get; }

    public static ModelSignature Of(ServedModel model) => new(model);

    /// <summary>Checks an input as a request declares it.</summary>
    /// <exception cref="ProblemException">The model has no such input.</exception>
    public InputDeclaration Declare(string name, string datatype, IReadOnlyList<long> shape, int maxImages)
    {
        if (name != Input.Name)
            throw ProblemException.Invalid($"{Reference} has no input '{Text.Short(name)}'; its only one is '{Input.Name}'.");
        var isTensor = datatype == Input.Datatype;
        if (!isTensor && datatype != Datatypes.Bytes)
            throw ProblemException.Invalid($"Input '{name}' is given as '{Text.Short(datatype)}'; it takes {Input.Datatype}, or {Datatypes.Bytes} for image files.");
        if (isTensor ? !IsTensorShape(shape) : shape is not ([_] or [_, 1]))
            throw ProblemException.Invalid($"Input '{name}' has the shape {Text.Of(shape)}; as {datatype} it would be right as {(isTensor ? Text.Of(Input.Shape) : "[-1] or [-1,1]")}, where -1 is the number of images.");
        if (shape[0] < 1 || shape[0] > maxImages)
            throw ProblemException.Invalid($"Input '{name}' has {shape[0]} images; a request may have 1 to {maxImages}.");
        return new(Input, (int)shape[0], isTensor, ImageBytes, shape);
    }

    /// <summary>Checks an output that a request asks for.</summary>
    /// <param name="classes">For how many best classes in its place; null for its values.</param>
    /// <param name="isBinary">Whether its values follow the JSON; there is nothing else in gRPC.</param>
    /// <exception cref="ProblemException">The model has no such output, or not as many classes.</exception>
    public RequestedOutput Request(string name, long? classes, bool isBinary)
    {
        var output = Outputs.FirstOrDefault(output => output.Name == name)
            ?? throw ProblemException.Invalid($"{Reference} has no output '{Text.Short(name)}'; it has {string.Join(", ", Outputs.Select(o => $"'{o.Name}'"))}.");
        if (classes is null)
            return new(output, null, isBinary);
        if (output != Logits)
            throw ProblemException.Invalid($"Output '{name}' holds no classes; 'classification' is for '{Logits.Name}'.");
        if (classes < 1 || classes > Logits.Shape[1])
            throw ProblemException.Invalid($"The parameter 'classification' is {classes}; it must be 1 to {Logits.Shape[1]}, the number of classes of {Reference}.");
        return new(output, (int)classes, isBinary);
    }

    /// <summary>What a request gets that names no outputs.</summary>
    public IReadOnlyList<RequestedOutput> RequestAll(bool isBinary) => [.. Outputs.Select(output => new RequestedOutput(output, null, isBinary))];

    private bool IsTensorShape(IReadOnlyList<long> shape) => shape.Count == Input.Shape.Count && shape.Skip(1).SequenceEqual(Input.Shape.Skip(1));
}

/// <summary>The input of a request, as it was declared and found right.</summary>
/// <param name="Input">Of the model.</param>
/// <param name="Images">1 or more.</param>
/// <param name="IsTensor">Or else image files.</param>
/// <param name="ImageBytes">Of one image as a tensor.</param>
/// <param name="Shape">As the request has it.</param>
internal sealed record InputDeclaration(TensorMetadata Input, int Images, bool IsTensor, int ImageBytes, IReadOnlyList<long> Shape)
{
    /// <summary>Of the whole tensor.</summary>
    public long TensorBytes => (long)Images * ImageBytes;

    public long Elements => Shape.Aggregate(1L, (all, dimension) => all * dimension);
}

internal sealed record RequestedOutput(TensorMetadata Output, int? Classes, bool IsBinary)
{
    /// <summary>Of its values; names of classes, which nobody can count before, are few.</summary>
    public long BytesOf(int images) => Classes is null ? Output.Shape.Skip(1).Aggregate((long)images, (all, dimension) => all * dimension) * sizeof(float) : 0;
}
