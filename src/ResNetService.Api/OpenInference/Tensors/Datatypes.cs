namespace ResNetService.Api.OpenInference.Tensors;

/// <summary>The protocol's names of the element types that an image network has to do with.</summary>
internal static class Datatypes
{
    public const string UInt8 = "UINT8";
    public const string Float32 = "FP32";

    /// <summary>Strings of bytes: image files as input, classes as output.</summary>
    public const string Bytes = "BYTES";
}

/// <param name="Shape">-1 where the dimension varies: the batch, which comes first.</param>
internal sealed record TensorMetadata(string Name, string Datatype, IReadOnlyList<long> Shape)
{
    /// <summary>As it is for so many images.</summary>
    public TensorMetadata WithBatch(int images) => this with { Shape = [images, .. Shape.Skip(1)] };
}
