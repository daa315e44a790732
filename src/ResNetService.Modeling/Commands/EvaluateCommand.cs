using System.CommandLine;
using System.Text.Json;
using ResNetService.Inference;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Evaluation;

namespace ResNetService.Modeling.Commands;

/// <summary><c>resnet evaluate</c>: accuracy and speed of a model on labelled images.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL_DIR") { Description = "models/<name>/<version>" };
        var images = new Option<string>("--images")
        {
            Description = "A folder of class folders, or a CSV 'file,class_index' beside a folder 'images'.",
            Required = true,
            HelpName = "FOLDER_OR_CSV",
        };
        var limit = new Option<int?>("--limit") { Description = "Evaluate the first N images only.", HelpName = "N", CustomParser = result => Numbers.Positive(result) };
        var record = new Option<string?>("--record")
        {
            Description = "Write the accuracy into the model's manifest, as measured on this data set (its name for people).",
            HelpName = "DATASET",
        };
        var json = new Option<bool>("--json") { Description = "A JSON object {images, top1Correct, top5Correct, imagesPerSecond}." };
        var command = new Command("evaluate", "Measures accuracy and speed through the pipeline that serves.") { model, images, limit, record, json };
        command.SetAction((parsed, token) => RunAsync(
            parsed.InvocationConfiguration.Output,
            parsed.GetRequiredValue(model),
            parsed.GetRequiredValue(images),
            parsed.GetValue(limit),
            parsed.GetValue(record),
            parsed.GetValue(json),
            token));
        return command;
    }

    private static async Task<int> RunAsync(
        TextWriter output, string directory, string source, int? limit, string? dataset, bool json, CancellationToken cancellationToken)
    {
        await using var inference = await ResNetInference.OpenAsync(directory);
        var images = EvaluationSet.Read(source, inference.Model.Manifest.Labels);
        if (limit is { } most && most < images.Count)
            images = [.. images.Take(most)];

        var result = await ProgressDisplay.RunAsync("evaluating", images.Count, progress =>
            new Evaluator(inference.Classifier, TimeProvider.System).RunAsync(images, progress, cancellationToken));

        if (dataset is not null)
            Record(directory, result, dataset, source, limit);
        output.WriteLine(json
            ? JsonSerializer.Serialize(result, JsonSerializerOptions.Web)
            : $"{result.Images} images: top-1 {result.Top1Correct} ({Percent(result.Top1Correct, result)}), top-5 {result.Top5Correct} ({Percent(result.Top5Correct, result)}), {result.ImagesPerSecond:F1} images/s");
        return ExitCode.Success;
    }

    private static void Record(string directory, EvaluationResult result, string dataset, string source, int? limit)
    {
        var path = Path.Combine(directory, ModelManifest.FileName);
        var command = $"resnet evaluate {directory} --images {source}{(limit is null ? "" : $" --limit {limit}")}";
        var accuracy = new Accuracy((double)result.Top1Correct / result.Images, (double)result.Top5Correct / result.Images, result.Images, dataset, command);
        ManifestWriter.Write(ManifestReader.Read(path) with { Accuracy = accuracy }, path);
    }

    private static string Percent(int correct, EvaluationResult result) => ((double)correct / result.Images).ToString("P2", System.Globalization.CultureInfo.InvariantCulture);
}
