using System.CommandLine;
using System.Globalization;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Tables;

namespace ResNetService.Modeling.Commands;

/// <summary><c>resnet list</c>: every registered network and what it costs.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "A JSON array of {name, layers, parameters, multiplyAdds, top1Error, top5Error, source}." };
        var command = new Command("list", "Lists the networks with their layers, parameters, multiply-adds for one image, and the error in per cent that their authors report.") { json };
        command.SetAction(parsed => Run(parsed.InvocationConfiguration.Output, parsed.GetValue(json)));
        return command;
    }

    private static void Run(TextWriter output, bool json)
    {
        var rows = Architecture.All.Select(a => (Architecture: a, Cost: a.Measure()));
        if (json)
        {
            output.WriteLine(ReportJson.Of(
                rows.Select(r => new
                {
                    r.Architecture.Name,
                    r.Architecture.Layers,
                    r.Cost.Parameters,
                    r.Cost.MultiplyAdds,
                    Top1Error = r.Architecture.Published?.Top1,
                    Top5Error = r.Architecture.Published?.Top5,
                    r.Architecture.Published?.Source,
                })));
            return;
        }

        output.WriteLine($"{"name",-20}{"layers",8}{"parameters",14}{"multiply-adds",18}{"top-1 error",13}{"top-5 error",13}  source");
        foreach (var (architecture, cost) in rows)
        {
            var published = architecture.Published;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{architecture.Name,-20}{architecture.Layers,8}{cost.Parameters,14:N0}{cost.MultiplyAdds,18:N0}{published?.Top1,13:F2}{published?.Top5,13:F2}  {published?.Source}").TrimEnd());
        }
    }
}
