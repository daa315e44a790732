using System.CommandLine;
using System.Text.Json;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Modeling.Commands;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>raw</c>: ONNX Runtime alone, for other commands, which run it in a process of its own.</summary>
internal static class RawCommand
{
    public static Command Create()
    {
        var graph = new Argument<string>("GRAPH") { Description = "An ONNX file." };
        var batch = new Option<int>("--batch") { Description = "Images in one run.", CustomParser = Numbers.Positive, Required = true };
        var seconds = new Option<int>("--seconds") { Description = "How long.", CustomParser = Numbers.Positive, Required = true };
        var command = new Command("raw", "Runs a graph again and again, and prints seconds an image as JSON.") { graph, batch, seconds };
        command.Hidden = true;
        command.SetAction((parsed, token) => Task.Run(
            () => parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(RawRun.Measure(
                parsed.GetRequiredValue(graph), parsed.GetValue(batch), TimeSpan.FromSeconds(parsed.GetValue(seconds)), token))),
            CancellationToken.None));
        return command;
    }
}
