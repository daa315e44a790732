using ResNetService.Modeling.Onnx.Format;

namespace ResNetService.Modeling.Onnx;

internal static class UnusedConstants
{
    /// <summary>Takes those away that no node reads.</summary>
    public static void Remove(GraphProto graph)
    {
        var read = graph.Node.SelectMany(node => node.Input).ToHashSet();
        foreach (var constant in graph.Initializer.Where(constant => !read.Contains(constant.Name)).ToArray())
            graph.Initializer.Remove(constant);
    }
}
