using Google.Protobuf;
using ResNetService.Modeling.Onnx.Format;
using ResNetService.Modeling.Weights;

namespace ResNetService.Modeling.Onnx;

internal static class OnnxFile
{
    /// <exception cref="IOException">The file is absent or cannot be read.</exception>
    /// <exception cref="WeightException">It is no ONNX model.</exception>
    public static ModelProto Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return ModelProto.Parser.ParseFrom(file);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new WeightException(path, $"is no ONNX model: {e.Message}", e);
        }
    }
}
