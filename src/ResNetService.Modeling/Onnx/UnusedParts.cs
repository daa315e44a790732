using ResNetService.Modeling.Onnx.Format;

namespace ResNetService.Modeling.Onnx;

internal static class UnusedParts
{
    /// <summary>Takes those nodes and constants away that no output of the graph needs.</summary>
    public static void Remove(GraphProto graph)
    {
        var used = graph.Output.Select(output => output.Name).ToHashSet();
        foreach (var node in graph.Node.Reverse().ToArray())
        {
            if (node.Output.Any(used.Contains))
                used.UnionWith(node.Input);
            else
                graph.Node.Remove(node);
        }

        foreach (var constant in graph.Initializer.Where(constant => !used.Contains(constant.Name)).ToArray())
            graph.Initializer.Remove(constant);
    }
}
