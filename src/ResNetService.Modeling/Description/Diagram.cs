using ResNetService.Modeling.Architectures;

namespace ResNetService.Modeling.Description;

/// <summary>A box of the figure, or a small circle where two ways meet.</summary>
/// <param name="Text">In the box, as figure 3 of the paper writes it; in a circle, the sign of the operation.</param>
/// <param name="IsJunction">Whether it is a circle.</param>
/// <param name="Level">Boxes on the longest way from the image; it stands below all that it comes from.</param>
/// <param name="Lane">Column, from 0: branches stand side by side.</param>
internal sealed record DiagramNode(string Text, bool IsJunction, FeatureShape Output, int Level, int Lane);

/// <param name="From">Index of a node.</param>
/// <param name="ChangesShape">A shortcut that changes the shape, dotted in figure 3.</param>
/// <param name="Text">What a shortcut computes; empty for most ways.</param>
internal sealed record DiagramEdge(int From, int To, bool ChangesShape, string Text);

/// <summary>A network as figure 3 of the paper draws it: what is computed, in which order, and the ways around it.</summary>
internal sealed class Diagram
{
    private readonly List<DiagramNode> _nodes = [];
    private readonly List<DiagramEdge> _edges = [];

    public IReadOnlyList<DiagramNode> Nodes => _nodes;

    public IReadOnlyList<DiagramEdge> Edges => _edges;

    /// <exception cref="InvalidOperationException">The image is too small for the network.</exception>
    public static Diagram Of(Architecture architecture, FeatureShape image)
    {
        using var network = architecture.Outline();
        var diagram = new Diagram();
        network.Forward(diagram.Image(image));
        return diagram;
    }

    /// <returns>The index of the new node.</returns>
    public int Add(string text, bool isJunction, FeatureShape output, IReadOnlyList<DiagramEdge> from)
    {
        // The first way out of a node goes straight down, and another stands beside it until the two meet again.
        var lane = from.Count switch
        {
            0 => 0,
            1 => _nodes[from[0].From].Lane + _edges.Count(edge => edge.From == from[0].From && !_nodes[edge.To].IsJunction),
            _ => from.Min(edge => _nodes[edge.From].Lane),
        };
        _nodes.Add(new(text, isJunction, output, from.Count == 0 ? 0 : from.Max(edge => _nodes[edge.From].Level) + 1, lane));
        _edges.AddRange(from.Select(edge => edge with { To = _nodes.Count - 1 }));
        return _nodes.Count - 1;
    }

    private DiagramSignal Image(FeatureShape image) => new(this, image, new(Add("image", isJunction: false, image, []), To: -1, ChangesShape: false, Text: ""));
}
