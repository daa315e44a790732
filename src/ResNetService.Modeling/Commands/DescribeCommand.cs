using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Description;
using ResNetService.Modeling.Tables;

namespace ResNetService.Modeling.Commands;

/// <summary><c>resnet describe</c>: a network as the paper's table 1 and figure 3 show it, and what stands in an exported graph.</summary>
internal static class DescribeCommand
{
    private static readonly Argument<Architecture?> Network = ArchitectureArgument.Create(isOptional: true);

    private static readonly Option<int?> Size = new("--size") { Description = "Side of the image in pixels; by default the published one.", HelpName = "PIXELS", CustomParser = ReadSize };

    private static readonly Option<string?> Svg = new("--svg") { Description = "Draw the network as a column like figure 3 of the paper.", HelpName = "FILE" };

    private static readonly Option<string?> Onnx = new("--onnx") { Description = "Summarise an exported graph: an .onnx file or a model directory. ARCH may be left out.", HelpName = "FILE_OR_DIR" };

    private static readonly Option<bool> AsJson = new("--json") { Description = "One JSON object with the stages, and the graph where --onnx is given." };

    public static Command Create()
    {
        var command = new Command("describe", "Shows the stages of a network with their sizes, parameters and multiply-adds; draws it; summarises an exported graph.")
        {
            Network, Size, Svg, Onnx, AsJson,
        };
        command.Validators.Add(result =>
        {
            var named = result.GetResult(Network) is { Tokens.Count: > 0 };
            if (!named && result.GetValue(Onnx) is null)
                result.AddError("name a network of 'resnet list', or a graph with --onnx");
            if (!named && (result.GetValue(Svg) is not null || result.GetResult(Size) is not null))
                result.AddError("--svg and --size are of a network; name one of 'resnet list'");
        });
        command.SetAction(Run);
        return command;
    }

    private static void Run(ParseResult parsed)
    {
        var console = parsed.InvocationConfiguration.Output;
        var architecture = parsed.GetValue(Network);
        var stages = architecture is null ? null : Measure(architecture, parsed.GetValue(Size), parsed.GetValue(Svg));
        var graph = parsed.GetValue(Onnx) is { } path ? GraphSummary.Read(path) : null;
        if (parsed.GetValue(AsJson))
        {
            console.WriteLine(ReportJson.Of(new { architecture?.Name, Stages = stages?.Select(Row), Graph = graph }));
            return;
        }

        if (stages is not null)
            WriteStages(console, stages);
        if (graph is not null)
            WriteGraph(console, graph);
    }

    private static int? ReadSize(ArgumentResult result)
    {
        var side = Numbers.Positive(result);
        if (side > PreprocessingSpec.MaxInputSize)
            result.AddError($"--size is {side}; it must be at most {PreprocessingSpec.MaxInputSize}");
        return side;
    }

    private static IReadOnlyList<NetworkStage> Measure(Architecture architecture, int? size, string? svg)
    {
        var side = size ?? architecture.Preprocessing.InputSize;
        ArchitectureArgument.RequireSize(architecture, side);
        var image = new FeatureShape(3, side, side);
        if (svg is not null)
            DiagramSvg.Draw(Diagram.Of(architecture, image), architecture.Name).Save(svg);
        return NetworkStage.Of(architecture, image);
    }

    private static object Row(NetworkStage stage) =>
        new { stage.Name, Output = Shape(stage.Output), stage.Layers, stage.Parameters, stage.MultiplyAdds };

    private static int[] Shape(FeatureShape output) => output.IsVector ? [output.Channels] : [output.Channels, output.Height, output.Width];

    private static void WriteStages(TextWriter console, IReadOnlyList<NetworkStage> stages)
    {
        var total = new NetworkStage("total", default, "", stages.Sum(stage => stage.Parameters), stages.Sum(stage => stage.MultiplyAdds));
        string[][] rows =
        [
            ["stage", "output", "layers", "parameters", "multiply-adds"],
            .. stages.Append(total).Select(stage => new[]
            {
                stage.Name,
                stage == total ? "" : string.Join('x', Shape(stage.Output)),
                stage.Layers,
                stage.Parameters.ToString("N0", CultureInfo.InvariantCulture),
                stage.MultiplyAdds.ToString("N0", CultureInfo.InvariantCulture),
            }),
        ];
        foreach (var line in TextTable.Lines(rows, words: 3))
            console.WriteLine(line);
    }

    private static void WriteGraph(TextWriter console, GraphSummary graph)
    {
        console.WriteLine($"written by  {graph.Producer}, opset {graph.Opset}");
        console.WriteLine($"input       {string.Join("; ", graph.Inputs)}");
        console.WriteLine($"output      {string.Join("; ", graph.Outputs)}");
        console.WriteLine($"nodes       {string.Join(", ", graph.Operators.Select(op => $"{op.Value} {op.Key}"))}");
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"constants   {graph.Constants:N0}"));
        foreach (var (key, value) in graph.Metadata)
            console.WriteLine($"{key,-20} {value}");
    }
}
