using System.CommandLine;
using System.Text.Json;
using ResNetService.Modeling.Architectures;

namespace ResNetService.Modeling.Commands;

/// <summary><c>resnet list</c>: every registered network and what it costs.</summary>
internal static class ListCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "A JSON array of {name, layers, parameters, multiplyAdds}." };
        var command = new Command("list", "Lists the networks with their layers, parameters and multiply-adds for one image.") { json };
        command.SetAction(parsed => Run(parsed.InvocationConfiguration.Output, parsed.GetValue(json)));
        return command;
    }

    private static void Run(TextWriter output, bool json)
    {
        var rows = Architecture.All.Select(a => (Architecture: a, Cost: a.Measure()));
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(
                rows.Select(r => new { r.Architecture.Name, r.Architecture.Layers, r.Cost.Parameters, r.Cost.MultiplyAdds }), Json));
            return;
        }

        output.WriteLine($"{"name",-20}{"layers",8}{"parameters",14}{"multiply-adds",18}");
        foreach (var (architecture, cost) in rows)
            output.WriteLine($"{architecture.Name,-20}{architecture.Layers,8}{cost.Parameters,14:N0}{cost.MultiplyAdds,18:N0}");
    }
}
