using System.CommandLine;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Quantization;
using ResNetService.Modeling.Tables;

namespace ResNetService.Modeling.Commands;

/// <summary><c>resnet quantize</c>: a float32 model as an int8 model, judged before it is there.</summary>
internal static class QuantizeCommand
{
    private const double DefaultMaxDrop = 1;
    private const int DefaultLimit = 500;
    private const int MostImages = 1_000_000;

    public static Command Create()
    {
        var model = new Argument<string>("MODEL_DIR") { Description = "models/<name>/<version>, in float32." };
        var calibration = new Option<string>("--calibration")
        {
            Description = "A folder of photographs like those that the model will see, or of folders of them; no labels are needed.",
            Required = true,
            HelpName = "FOLDER",
        };
        var output = new Option<string>("--output") { Description = "The directory to make: models/<name>/<version>.", Required = true, HelpName = "DIR" };
        var test = new Option<string?>("--test")
        {
            Description = "Labelled images to judge by: a folder of class folders, or a CSV 'file,class_index' beside a folder 'images'. Without it, a fifth of the calibration images is set aside.",
            HelpName = "FOLDER_OR_CSV",
        };
        var maxDrop = new Option<double>("--max-drop")
        {
            Description = "Points of top-1, or without --test of agreement with the float32 model, that may be lost; 1 unless said otherwise. A model that loses more is not written.",
            HelpName = "POINTS",
            CustomParser = result => Numbers.Decimal(result, 0, 100),
            DefaultValueFactory = _ => DefaultMaxDrop,
        };
        var limit = new Option<int>("--limit")
        {
            Description = "Calibrate with N images at most, evenly spread over the folder; 500 unless said otherwise.",
            HelpName = "N",
            // One is set aside to judge by where there are no others.
            CustomParser = result => Numbers.Whole(result, 2, MostImages),
            DefaultValueFactory = _ => DefaultLimit,
        };
        var report = new Option<string?>("--report") { Description = "Where to write the report, even of a model that is not written; by default quantization.json beside the model.", HelpName = "FILE" };
        var force = new Option<bool>("--force") { Description = "Replace the model that the output directory holds." };
        var command = new Command("quantize", "Makes an int8 model of a float32 one, calibrated on photographs.") { model, calibration, output, test, maxDrop, limit, report, force };
        command.SetAction((parsed, token) => Task.Run(
            () => RunAsync(
                parsed.InvocationConfiguration,
                new(
                    parsed.GetRequiredValue(model),
                    parsed.GetRequiredValue(calibration),
                    parsed.GetRequiredValue(output),
                    parsed.GetValue(test),
                    parsed.GetValue(maxDrop),
                    parsed.GetValue(limit),
                    parsed.GetValue(force)),
                parsed.GetValue(report),
                token),
            CancellationToken.None));
        return command;
    }

    private static async Task<int> RunAsync(InvocationConfiguration console, QuantizationRequest request, string? reportFile, CancellationToken cancellationToken)
    {
        StagedDirectory.Require(request.Output, request.Replace);
        var job = await QuantizationJob.OpenAsync(request, cancellationToken);
        foreach (var warning in job.Warnings)
            console.Error.WriteLine($"resnet: {warning}");

        var network = await ProgressDisplay.RunAsync($"quantizing {request.Model}", job.Runs, progress => Task.Run(() => job.Quantize(progress, cancellationToken), CancellationToken.None));
        using var staged = StagedDirectory.For(request.Output, request.Replace);
        var report = await ProgressDisplay.RunAsync("judging", 2 * job.Test.Count, progress => job.WriteAsync(network, staged.Path, progress, cancellationToken));

        foreach (var line in QuantizationText.Lines(report))
            console.Output.WriteLine(line);
        var json = ReportJson.Of(report) + "\n";
        if (reportFile is not null)
            WholeFile.Write(reportFile, json);
        if (!report.Written)
        {
            throw new CommandException(FormattableString.Invariant(
                $"{report.Comparison.Drop:F2} points of {(report.Test is null ? "agreement with the float32 model" : "top-1")} are lost, more than --max-drop {report.MaxDrop:R}; nothing was written. Calibrate with more images, or with images more like those of use; judge by more images, since of {report.Comparison.Images} one is {100.0 / report.Comparison.Images:F2} points; or allow a larger drop"));
        }

        if (reportFile is null)
            WholeFile.Write(Path.Combine(staged.Path, QuantizationReport.FileName), json);
        cancellationToken.ThrowIfCancellationRequested();
        staged.Commit();
        console.Output.WriteLine($"{request.Output}: int8");
        return ExitCode.Success;
    }
}
