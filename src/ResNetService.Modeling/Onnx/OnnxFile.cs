using Google.Protobuf;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;
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

    public static void Write(ModelProto model, string path)
    {
        using var file = File.Create(path);
        model.WriteTo(file);
    }

    /// <summary>Loads a graph that is in memory only.</summary>
    /// <exception cref="ExecutionException">It cannot be loaded.</exception>
    public static IExecutionSession Load(IExecutionBackend backend, ModelProto model, Precision precision = Precision.Fp32)
    {
        var directory = Directory.CreateTempSubdirectory("resnet-graph-");
        try
        {
            var path = Path.Combine(directory.FullName, ModelManifest.GraphFileName);
            Write(model, path);
            return backend.Load(path, precision);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
