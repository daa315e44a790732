using System.CommandLine;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Processes;
using ResNetService.Benchmarks.Reports;
using ResNetService.Benchmarks.Scaling;
using ResNetService.Benchmarks.Servers;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Commands;

namespace ResNetService.Benchmarks.Commands;

/// <summary><c>scaling</c>: how cost grows.</summary>
internal static class ScalingCommand
{
    public static Command Create()
    {
        var models = BenchmarkOptions.Models();
        var model = BenchmarkOptions.Model();
        var images = BenchmarkOptions.Images();
        var dimensions = new Option<string[]>("--dimensions")
        {
            Description = $"Of {string.Join(", ", ScalingDimension.All.Select(dimension => dimension.Name))}; by default all.",
            HelpName = "NAME...",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. ScalingDimension.All.Select(dimension => dimension.Name)],
        };
        dimensions.AcceptOnlyFromAmong([.. ScalingDimension.All.Select(dimension => dimension.Name)]);
        var architectures = new Option<string[]>("--architectures")
        {
            Description = "Networks of 'depth'; by default the paper's for ImageNet.",
            HelpName = "ARCH...",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"],
        };
        architectures.Validators.Add(result =>
        {
            foreach (var name in result.Tokens.Select(token => token.Value).Where(name => Architecture.All.All(known => known.Name != name)))
                result.AddError($"there is no network '{name}'; 'resnet list' has them");
        });
        var concurrency = BenchmarkOptions.Positive("--concurrency", "Connections, where they are not what varies.", 16);
        var seconds = BenchmarkOptions.Seconds(10);
        var service = BenchmarkOptions.Service();
        var output = new Option<string>("--output") { Description = "The folder of scaling.csv, scaling.md and the plots.", Required = true, HelpName = "DIR" };
        var command = new Command("scaling", "How cost grows with the image's size, the network's depth, the batch, the callers, the number of models and of cores.")
        {
            models, model, images, dimensions, architectures, concurrency, seconds, service, output,
        };
        command.SetAction(async (parsed, token) =>
        {
            using var photographs = Photographs.Read(parsed.GetRequiredValue(images));
            var repository = parsed.GetRequiredValue(models);
            var found = BenchmarkModel.Find(repository, parsed.GetRequiredValue(model));
            Tools.Require("wrk");
            var published = await PublishedService.FindAsync(parsed.GetValue(service), token);
            return await RunAsync(
                parsed.InvocationConfiguration.Output,
                new(published, repository, parsed.GetRequiredValue(model), found, photographs, parsed.GetRequiredValue(architectures), parsed.GetValue(concurrency), parsed.GetValue(seconds)),
                [.. ScalingDimension.All.Where(dimension => parsed.GetRequiredValue(dimensions).Contains(dimension.Name))],
                parsed.GetRequiredValue(output),
                token);
        });
        return command;
    }

    private static async Task<int> RunAsync(TextWriter console, ScalingContext context, IReadOnlyList<ScalingDimension> dimensions, string output, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(output);
        var report = await Report.BeginAsync($"How cost grows, {context.ModelName} {context.Model.Precision}, {context.Seconds} s each", cancellationToken);
        var all = new List<ScalingPoint>();
        foreach (var dimension in dimensions)
        {
            await Console.Error.WriteLineAsync(dimension.Name);
            var points = new List<ScalingPoint>();
            await foreach (var point in dimension.MeasureAsync(context, cancellationToken))
                points.Add(point);
            all.AddRange(points);
            ScalingReport.WriteCsv(Path.Combine(output, "scaling.csv"), all);
            ScalingReport.WritePlot(Path.Combine(output, dimension.Name), dimension, points);
            report.Add(ScalingReport.Table(dimension, points));
        }

        report.Write(console, Path.Combine(output, "scaling.md"));
        return ExitCode.Success;
    }
}
