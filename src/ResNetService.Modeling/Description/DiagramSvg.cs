using System.Globalization;
using System.Xml.Linq;

namespace ResNetService.Modeling.Description;

/// <summary>Lays a diagram out as a column, in the manner of the paper's figure 3, and writes it as SVG.</summary>
internal sealed class DiagramSvg
{
    private const double BoxWidth = 132, BoxHeight = 20, JunctionRadius = 6, Gap = 12, LaneWidth = 150, Margin = 16, SizeColumn = 96, ArcReach = 46;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>Fills of boxes, one after another as the features shrink; dark text is readable on each.</summary>
    private static readonly string[] Fills = ["#dbe4f0", "#c9e4d5", "#f3e3bd", "#f2cfc4", "#dccbe8", "#cfd8dc"];

    private readonly Diagram _diagram;
    private readonly double[] _tops;
    private readonly double _height;

    private DiagramSvg(Diagram diagram)
    {
        _diagram = diagram;
        var levels = diagram.Nodes.GroupBy(node => node.Level).OrderBy(level => level.Key).Select(level => level.Max(Height)).ToArray();
        _tops = new double[levels.Length];
        var top = Margin;
        foreach (var (level, height) in levels.Index())
        {
            _tops[level] = top;
            top += height + Gap;
        }

        _height = top - Gap + Margin;
    }

    /// <param name="title">Read out by screen readers, and shown when pointed at.</param>
    public static XDocument Draw(Diagram diagram, string title) => new DiagramSvg(diagram).Document(title);

    private XDocument Document(string title)
    {
        var width = SizeColumn + (_diagram.Nodes.Max(node => node.Lane) * LaneWidth) + BoxWidth + (3 * ArcReach) + (2 * Margin);
        return new(new XElement(
            Svg + "svg",
            new XAttribute("viewBox", Text($"0 0 {width} {_height}")),
            new XAttribute("width", Text($"{width}")),
            new XAttribute("height", Text($"{_height}")),
            new XAttribute("font-family", "sans-serif"),
            new XAttribute("font-size", "11"),
            new XAttribute("role", "img"),
            new XElement(Svg + "title", title),
            new XElement(Svg + "rect", new XAttribute("width", "100%"), new XAttribute("height", "100%"), new XAttribute("fill", "white")),
            Arrowhead(),
            _diagram.Edges.Select(Edge),
            _diagram.Nodes.Select(Node),
            Sizes()));
    }

    private static XElement Arrowhead() => new(
        Svg + "marker",
        new XAttribute("id", "arrow"),
        new XAttribute("viewBox", "0 0 8 8"),
        new XAttribute("refX", 7),
        new XAttribute("refY", 4),
        new XAttribute("markerWidth", 6),
        new XAttribute("markerHeight", 6),
        new XAttribute("orient", "auto"),
        new XElement(Svg + "path", new XAttribute("d", "M0 0L8 4L0 8z"), new XAttribute("fill", "#333")));

    private IEnumerable<XElement> Node(DiagramNode node)
    {
        var (x, top) = (Center(node), _tops[node.Level]);
        yield return node.IsJunction
            ? new XElement(Svg + "circle", new XAttribute("cx", Text($"{x}")), new XAttribute("cy", Text($"{top + JunctionRadius}")), new XAttribute("r", Text($"{JunctionRadius}")), Stroke("white"))
            : new XElement(Svg + "rect", new XAttribute("x", Text($"{x - (BoxWidth / 2)}")), new XAttribute("y", Text($"{top}")), new XAttribute("width", Text($"{BoxWidth}")), new XAttribute("height", Text($"{BoxHeight}")), new XAttribute("rx", 3), Stroke(Fill(node)));
        yield return Label(node.Text, x, top + (Height(node) / 2) + 4, "middle");
    }

    /// <summary>Straight down, or in an arc around what stands between.</summary>
    private IEnumerable<XElement> Edge(DiagramEdge edge)
    {
        var (from, to) = (_diagram.Nodes[edge.From], _diagram.Nodes[edge.To]);
        var (fromX, fromY, toX, toY) = (Center(from), _tops[from.Level] + Height(from), Center(to), _tops[to.Level]);
        var isArc = _diagram.Nodes.Any(node => node.Lane == to.Lane && from.Lane == to.Lane && node.Level > from.Level && node.Level < to.Level);
        if (isArc)
        {
            (fromX, toX) = (fromX + HalfWidth(from), toX + HalfWidth(to));
            (fromY, toY) = (fromY - (Height(from) / 2), toY + (Height(to) / 2));
        }

        var reach = Center(to) + (BoxWidth / 2) + ArcReach;
        var path = isArc ? Text($"M{fromX} {fromY}C{reach} {fromY} {reach} {toY} {toX} {toY}") : Text($"M{fromX} {fromY}L{toX} {toY}");
        yield return new(
            Svg + "path",
            new XAttribute("d", path),
            new XAttribute("fill", "none"),
            new XAttribute("stroke", "#333"),
            edge.ChangesShape ? new XAttribute("stroke-dasharray", "3 3") : null,
            new XAttribute("marker-end", "url(#arrow)"));
        if (edge.Text.Length > 0)
            yield return Label(edge.Text, reach - (ArcReach / 3), ((fromY + toY) / 2) + 4, "start");
    }

    /// <summary>Beside the first box of each size, as in the figure.</summary>
    private IEnumerable<XElement> Sizes()
    {
        var previous = default(FeatureSize);
        foreach (var node in _diagram.Nodes.Where(node => !node.IsJunction))
        {
            var size = new FeatureSize(node.Output.Height, node.Output.Width);
            if (size != previous && !node.Output.IsVector)
                yield return Label($"{size.Height}x{size.Width}", SizeColumn - Margin, _tops[node.Level] + (BoxHeight / 2) + 4, "end");
            previous = size;
        }
    }

    private string Fill(DiagramNode node)
    {
        var sizes = _diagram.Nodes.Select(other => other.Output.Height).Distinct().OrderDescending().ToArray();
        return Fills[Array.IndexOf(sizes, node.Output.Height) % Fills.Length];
    }

    private static double Center(DiagramNode node) => SizeColumn + (node.Lane * LaneWidth) + (BoxWidth / 2);

    private static double Height(DiagramNode node) => node.IsJunction ? 2 * JunctionRadius : BoxHeight;

    private static double HalfWidth(DiagramNode node) => node.IsJunction ? JunctionRadius : BoxWidth / 2;

    private static object[] Stroke(string fill) => [new XAttribute("fill", fill), new XAttribute("stroke", "#333")];

    private static XElement Label(string text, double x, double y, string anchor) =>
        new(Svg + "text", new XAttribute("x", Text($"{x}")), new XAttribute("y", Text($"{y}")), new XAttribute("text-anchor", anchor), text);

    private static string Text(FormattableString value) => value.ToString(CultureInfo.InvariantCulture);

    private readonly record struct FeatureSize(int Height, int Width);
}
