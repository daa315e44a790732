using System.Globalization;
using ResNetService.Modeling.Description;
using ResNetService.Modeling.Tests.Architectures;

namespace ResNetService.Modeling.Tests.Description;

public sealed class DiagramTests
{
    /// <summary>Figure 3 of the paper, right: 34 layers, 16 shortcuts, of which 3 change the shape and are dotted.</summary>
    [Fact]
    public void Of_ResNet34_HasTheBoxesAndShortcutsOfFigure3()
    {
        var diagram = Of("resnet34-a");

        Assert.Equal(34, diagram.Nodes.Count(IsLayer));
        Assert.Equal(16, diagram.Nodes.Count(node => node.IsJunction));
        Assert.Equal(3, diagram.Edges.Count(edge => edge.ChangesShape));
        Assert.Equal("7x7 conv, 64, /2", diagram.Nodes[1].Text);
        Assert.All(diagram.Nodes, node => Assert.Equal(0, node.Lane));
    }

    [Fact]
    public void Of_ProjectionShortcut_IsWrittenBesideItsLine()
    {
        var diagram = Of("resnet34");

        Assert.Equal(34, diagram.Nodes.Count(IsLayer));
        Assert.Equal(["1x1 conv, 128, /2", "1x1 conv, 256, /2", "1x1 conv, 512, /2"], diagram.Edges.Where(edge => edge.ChangesShape).Select(edge => edge.Text));
    }

    [Fact]
    public void Of_PlainNetwork_IsOneWay()
    {
        var diagram = Of("plain34");

        Assert.DoesNotContain(diagram.Nodes, node => node.IsJunction);
        Assert.All(diagram.Edges, edge => Assert.Equal(edge.From + 1, edge.To));
    }

    /// <summary>Four branches beside each other, which meet in the concatenation.</summary>
    [Fact]
    public void Of_GoogLeNet_PutsBranchesSideBySide()
    {
        var diagram = Of("googlenet");

        var concat = diagram.Nodes.Index().First(node => node.Item.Text == "concat");
        Assert.Equal([0, 1, 2, 3], diagram.Edges.Where(edge => edge.To == concat.Index).Select(edge => diagram.Nodes[edge.From].Lane));
        Assert.Equal(0, concat.Item.Lane);
    }

    [Theory]
    [MemberData(nameof(Registry.Names), MemberType = typeof(Registry))]
    public void Draw_EveryNetwork_HasEachBoxInTheImageAndNoneOnAnother(string name)
    {
        var diagram = Of(name);

        var root = DiagramSvg.Draw(diagram, name).Root!;

        var boxes = root.Descendants().Where(e => e.Name.LocalName == "rect" && e.Attribute("x") is not null)
            .Select(e => (X: Number(e.Attribute("x")!.Value), Y: Number(e.Attribute("y")!.Value), Width: Number(e.Attribute("width")!.Value), Height: Number(e.Attribute("height")!.Value)))
            .ToArray();
        Assert.Equal(diagram.Nodes.Count(node => !node.IsJunction), boxes.Length);
        Assert.Equal(boxes.Length, boxes.Distinct().Count());
        Assert.All(boxes, box => Assert.True(
            box is { X: >= 0, Y: >= 0 } && box.X + box.Width <= Number(root.Attribute("width")!.Value) && box.Y + box.Height <= Number(root.Attribute("height")!.Value)));
        Assert.All(
            boxes.GroupBy(box => box.Y).SelectMany(level => level.OrderBy(box => box.X).Zip(level.OrderBy(box => box.X).Skip(1))),
            pair => Assert.True(pair.First.X + pair.First.Width <= pair.Second.X));
        Assert.Contains(root.Descendants(), e => e.Name.LocalName == "title" && e.Value == name);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static bool IsLayer(DiagramNode node) =>
        node.Text.Contains("conv", StringComparison.Ordinal) || node.Text.StartsWith("fc", StringComparison.Ordinal);

    private static Diagram Of(string name) => Diagram.Of(Registry.Find(name), Registry.Find(name).InputShape);
}
