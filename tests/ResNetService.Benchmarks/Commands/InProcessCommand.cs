using System.CommandLine;
using System.Text.Json;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Modeling.Commands;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>in-process</c>: the pipeline without HTTP, for <c>pipeline</c>, which runs it in a process of its own.</summary>
internal static class InProcessCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL_DIR") { Description = "models/<name>/<version>" };
        var list = new Option<string>("--list") { Description = "A file with the path of an image in each line.", Required = true };
        var concurrency = new Option<int>("--concurrency") { Description = "Callers.", CustomParser = Numbers.Positive, Required = true };
        var seconds = new Option<int>("--seconds") { Description = "How long.", CustomParser = Numbers.Positive, Required = true };
        var command = new Command("in-process", "Classifies in this process, and prints requests a second as JSON.") { model, list, concurrency, seconds };
        command.Hidden = true;
        command.SetAction(async (parsed, token) =>
        {
            byte[][] images = [.. File.ReadLines(parsed.GetRequiredValue(list)).Select(File.ReadAllBytes)];
            var result = await InProcessPipeline.MeasureAsync(
                parsed.GetRequiredValue(model), images, parsed.GetValue(concurrency), TimeSpan.FromSeconds(parsed.GetValue(seconds)), token);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(JsonSerializer.Serialize(result));
            return ExitCode.Success;
        });
        return command;
    }
}
