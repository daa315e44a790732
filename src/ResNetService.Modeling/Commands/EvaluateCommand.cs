using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ResNetService.Inference.Models;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Evaluation;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Tables;

namespace ResNetService.Modeling.Commands;

/// <summary><c>resnet evaluate</c>: accuracy, calibration and speed of models on labelled images.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var models = new Argument<string[]>("MODEL_DIR") { Description = "models/<name>/<version>; several are compared in one table.", Arity = ArgumentArity.OneOrMore };
        var images = new Option<string>("--images")
        {
            Description = "A folder of class folders, or a CSV 'file,class_index' beside a folder 'images'.",
            Required = true,
            HelpName = "FOLDER_OR_CSV",
        };
        var views = new Option<Views>("--views")
        {
            Description = "one-crop (default): as the service sees an image. ten-crop: corners and centre with mirror images. multi-scale: whole images at five sizes with mirror images.",
            HelpName = string.Join('|', ViewNames.All.Keys),
            CustomParser = ParseViews,
        };
        var limit = new Option<int?>("--limit") { Description = "Evaluate the first N images only.", HelpName = "N", CustomParser = result => Numbers.Positive(result) };
        var report = new Option<string?>("--report") { Description = "A directory to make: JSON report, tables, confusion matrix, reliability diagram, each image's answer.", HelpName = "DIR" };
        var force = new Option<bool>("--force") { Description = "Replace the report that the directory holds." };
        var record = new Option<string?>("--record")
        {
            Description = "Write the accuracy into the model's manifest, as measured on this data set (its name for people).",
            HelpName = "DATASET",
        };
        var json = new Option<bool>("--json") { Description = "The summary as a JSON object, of several models as an array." };
        var command = new Command("evaluate", "Measures accuracy, calibration and speed on labelled images.") { models, images, views, limit, report, force, record, json };
        command.Validators.Add(result =>
        {
            // By its word: the value of an option that cannot be read cannot be had, and its parser says so.
            if (result.GetResult(record) is not null
                && result.GetResult(views)?.Tokens is [var word]
                && ViewNames.All.TryGetValue(word.Value, out var chosen) && chosen != Views.OneCrop)
                result.AddError("--record states what the service answers, which is --views one-crop");
        });
        command.SetAction((parsed, token) => RunAsync(
            parsed.InvocationConfiguration.Output,
            new(
                parsed.GetRequiredValue(models),
                parsed.GetRequiredValue(images),
                parsed.GetValue(views),
                parsed.GetValue(limit),
                parsed.GetValue(report),
                parsed.GetValue(force),
                parsed.GetValue(record)),
            parsed.GetValue(json),
            token));
        return command;
    }

    private static Views ParseViews(ArgumentResult result)
    {
        var name = result.Tokens[0].Value;
        if (!ViewNames.All.TryGetValue(name, out var views))
            result.AddError($"--views is '{name}'; it must be {string.Join(", ", ViewNames.All.Keys)}");
        return views;
    }

    private static async Task<int> RunAsync(TextWriter output, Request request, bool json, CancellationToken cancellationToken)
    {
        var models = new List<Evaluated>();
        try
        {
            await OpenAsync(request, models);
            using var report = request.Report is { } directory ? StagedDirectory.For(directory, request.Replace, EvaluationReport.SummaryFileName) : null;
            var summaries = new List<EvaluationSummary>();
            foreach (var model in models)
                summaries.Add(await EvaluateAsync(model, request, report?.Path, cancellationToken));

            if (report is not null)
            {
                await File.WriteAllLinesAsync(Path.Combine(report.Path, EvaluationReport.SummaryFileName), ComparisonTable.CsvLines(summaries), cancellationToken);
                report.Commit();
            }

            if (request.Record is { } dataset)
                summaries.ForEach(summary => Record(summary, dataset, request.Limit));
            Print(output, summaries, json);
            return ExitCode.Success;
        }
        finally
        {
            foreach (var model in models)
                await model.Scorer.DisposeAsync();
        }
    }

    /// <summary>Loads every model and finds its images before anything is measured.</summary>
    /// <param name="models">Receives those that could be loaded, which the caller disposes.</param>
    /// <exception cref="CommandException">A model or its images cannot be had; all faults are listed.</exception>
    private static async Task OpenAsync(Request request, List<Evaluated> models)
    {
        var faults = new List<string>();
        foreach (var directory in request.Models)
        {
            try
            {
                var scorer = await ImageScorer.OpenAsync(directory, request.Views);
                models.Add(new(directory, request.Models.Length == 1 ? "" : ReportName(directory), scorer, []));
                models[^1] = models[^1] with { Images = Images(request, scorer.Manifest.Labels) };
                if (request.Record is not null && !File.Exists(Path.Combine(directory, ModelManifest.FileName)))
                    faults.Add($"{directory} has no {ModelManifest.FileName} in which --record could write");
            }
            catch (Exception e) when (e is ModelsException or EvaluationException)
            {
                faults.Add(e.Message);
            }
        }

        if (request.Report is not null)
        {
            faults.AddRange(models.GroupBy(model => model.ReportName).Where(same => same.Count() > 1)
                .Select(same => $"{string.Join(" and ", same.Select(model => model.Directory))} would both be reported in the folder {same.Key}; evaluate them one by one"));
        }

        if (faults.Count > 0)
            throw new CommandException(string.Join(Environment.NewLine, faults.Distinct()));
    }

    private static IReadOnlyList<LabelledImage> Images(Request request, IReadOnlyList<Label> labels)
    {
        var images = EvaluationSet.Read(request.Images, labels);
        return request.Limit is { } most && most < images.Count ? [.. images.Take(most)] : images;
    }

    /// <summary><c>name-version</c> of models/name/version, else the directory's name.</summary>
    private static string ReportName(string directory)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        var (name, parent) = (Path.GetFileName(full), Path.GetFileName(Path.GetDirectoryName(full)));
        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _) && !string.IsNullOrEmpty(parent) ? $"{parent}-{name}" : name;
    }

    private static async Task<EvaluationSummary> EvaluateAsync(Evaluated model, Request request, string? reports, CancellationToken cancellationToken)
    {
        using var report = reports is null ? null : new EvaluationReport(Path.Combine(reports, model.ReportName), model.Scorer.Manifest.Labels);
        var result = await ProgressDisplay.RunAsync($"evaluating {model.Directory}", model.Images.Count, progress =>
            new Evaluator(model.Scorer, TimeProvider.System).RunAsync(model.Images, scored => report?.Add(scored), progress, cancellationToken));
        var summary = EvaluationSummary.Of(model.Directory, model.Scorer, request.Images, request.Views, result);
        report?.Complete(summary, result.Statistics);
        return summary;
    }

    private static void Record(EvaluationSummary summary, string dataset, int? limit)
    {
        var path = Path.Combine(summary.Model, ModelManifest.FileName);
        var command = $"resnet evaluate {summary.Model} --images {summary.Dataset}{(limit is null ? "" : $" --limit {limit}")}";
        var accuracy = new Accuracy((double)summary.Top1Correct / summary.Images, (double)summary.Top5Correct / summary.Images, summary.Images, dataset, command);
        ManifestWriter.Write(ManifestReader.Read(path) with { Accuracy = accuracy }, path);
    }

    private static void Print(TextWriter output, IReadOnlyList<EvaluationSummary> summaries, bool json)
    {
        if (json)
        {
            output.WriteLine(ReportJson.Of(summaries is [var only] ? only : summaries));
            return;
        }

        foreach (var line in summaries is [var one] ? [Line(one)] : ComparisonTable.Text(summaries))
            output.WriteLine(line);
    }

    private static string Line(EvaluationSummary s) => string.Create(
        CultureInfo.InvariantCulture,
        $"{s.Images} images, {s.Views}: top-1 {s.Top1Correct} ({(double)s.Top1Correct / s.Images:P2}), top-5 {s.Top5Correct} ({(double)s.Top5Correct / s.Images:P2}), loss {s.Loss:F4}, expected calibration error {s.ExpectedCalibrationError:P2}, {s.ImagesPerSecond:F1} images/s");

    /// <param name="Report">Null where none is wanted.</param>
    /// <param name="Record">Null where the manifest stays as it is.</param>
    private sealed record Request(string[] Models, string Images, Views Views, int? Limit, string? Report, bool Replace, string? Record);

    /// <param name="ReportName">Folder within the report; empty where the model is the only one.</param>
    private sealed record Evaluated(string Directory, string ReportName, IImageScorer Scorer, IReadOnlyList<LabelledImage> Images);
}
