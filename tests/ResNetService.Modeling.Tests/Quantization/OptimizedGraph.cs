using Microsoft.ML.OnnxRuntime;
using ResNetService.Inference.Execution;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Onnx.Format;

namespace ResNetService.Modeling.Tests.Quantization;

/// <summary>What ONNX Runtime makes of a graph on the CPU before it runs it.</summary>
internal static class OptimizedGraph
{
    /// <returns>How many nodes there are of each operator.</returns>
    public static IReadOnlyDictionary<string, int> Operators(ModelProto model)
    {
        // Its first use decides whether the library reports to its maker.
        using (OnnxFile.Load(ExecutionBackend.OnCpu(), model))
        {
        }

        var folder = Directory.CreateTempSubdirectory("resnet-optimized-");
        try
        {
            var (graph, optimized) = (Path.Combine(folder.FullName, "graph.onnx"), Path.Combine(folder.FullName, "optimized.onnx"));
            OnnxFile.Write(model, graph);
            using var options = new SessionOptions { OptimizedModelFilePath = optimized, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            using var session = new InferenceSession(graph, options);
            return OnnxFile.Read(optimized).Graph.Node.CountBy(node => node.OpType).ToDictionary();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
