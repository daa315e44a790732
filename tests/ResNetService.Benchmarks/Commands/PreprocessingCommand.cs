using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Processes;
using ResNetService.Benchmarks.Reports;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Commands;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>preprocessing</c>: encoded photographs to the uint8 tensor, ours against Pillow and torchvision.</summary>
internal static class PreprocessingCommand
{
    private const string Reference = "Pillow + torchvision";

    private static readonly TimeSpan LongestRound = TimeSpan.FromMinutes(5);

    public static Command Create()
    {
        var images = BenchmarkOptions.Images();
        var resize = BenchmarkOptions.Positive("--resize", "Shorter side after resizing.", 256);
        var crop = BenchmarkOptions.Positive("--crop", "Side of the centre square that is cut out.", 224);
        var rounds = BenchmarkOptions.Rounds(5);
        var python = BenchmarkOptions.Python();
        var output = BenchmarkOptions.Output();
        var command = new Command("preprocessing", "CPU time from an encoded photograph to the network's input, against Pillow and torchvision, and whether the bytes are the same.")
        {
            images, resize, crop, rounds, python, output,
        };
        command.SetAction((parsed, token) => RunAsync(
            parsed.InvocationConfiguration.Output,
            parsed.GetRequiredValue(images),
            new PreprocessingSpec { Resize = parsed.GetValue(resize), InputSize = parsed.GetValue(crop) },
            parsed.GetValue(rounds),
            parsed.GetRequiredValue(python),
            parsed.GetValue(output),
            token));
        return command;
    }

    private static async Task<int> RunAsync(TextWriter console, string folder, PreprocessingSpec spec, int rounds, string python, string? output, CancellationToken cancellationToken)
    {
        using var photographs = Photographs.Read(folder);
        await PythonModules.RequireAsync(python, ["torch", "torchvision", "PIL", "numpy"], cancellationToken);
        var report = await Report.BeginAsync($"Preprocessing, {photographs.Paths.Count} photographs to {spec.InputSize}x{spec.InputSize}", cancellationToken);

        var theirs = new List<PreprocessingCost>();
        var ours = Decoders.Available.Select(_ => new List<PreprocessingCost>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            await Console.Error.WriteLineAsync($"round {round + 1} of {rounds}");
            theirs.Add(await ReferenceAsync(photographs, spec, python, cancellationToken));
            foreach (var (costs, (_, decoder)) in ours.Zip(Decoders.Available))
                costs.Add(PreprocessingCost.Measure(photographs.Encoded, spec, decoder));
        }

        var table = new MarkdownTable("what", "CPU µs/image, median", "least", "most", "times as fast", "same bytes");
        Add(Reference, theirs);
        foreach (var (costs, (name, _)) in ours.Zip(Decoders.Available))
            Add($"this service, {name}", costs);
        report.Add(table).Write(console, output);
        return ours.All(costs => Equal(costs) == photographs.Paths.Count) ? ExitCode.Success : ExitCode.Failure;

        void Add(string name, List<PreprocessingCost> costs) => table.Add(
            name,
            Show.Microseconds(Distribution.Median(costs.Select(cost => cost.PerImage))),
            Show.Microseconds(costs.Min(cost => cost.PerImage)),
            Show.Microseconds(costs.Max(cost => cost.PerImage)),
            Show.Ratio(Distribution.Median(theirs.Zip(costs, (reference, cost) => reference.PerImage / cost.PerImage))),
            $"{Equal(costs)} of {photographs.Paths.Count}");

        int Equal(List<PreprocessingCost> costs) =>
            Enumerable.Range(0, photographs.Paths.Count).Count(i => costs.All(cost => cost.Digests[i] == theirs[0].Digests[i]));
    }

    private static async Task<PreprocessingCost> ReferenceAsync(Photographs photographs, PreprocessingSpec spec, string python, CancellationToken cancellationToken)
    {
        var printed = await ChildProcess.RunAsync(
            [
                python, Path.Combine(AppContext.BaseDirectory, "Peers", "preprocessing", "preprocess.py"), photographs.ListFile,
                spec.Resize.ToString(CultureInfo.InvariantCulture), spec.InputSize.ToString(CultureInfo.InvariantCulture), spec.Interpolation.ToString().ToLowerInvariant(),
            ],
            LongestRound,
            cancellationToken);
        using var result = JsonDocument.Parse(printed);
        return new(
            result.RootElement.GetProperty("cpu").GetDouble(),
            [.. result.RootElement.GetProperty("sha256").EnumerateArray().Select(digest => digest.GetString()!)]);
    }
}
