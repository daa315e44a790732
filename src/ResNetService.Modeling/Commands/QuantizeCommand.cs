using System.CommandLine;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Quantization;

namespace ResNetService.Modeling.Commands;

internal static class QuantizeCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL_DIR") { Description = "models/<name>/<version>" };
        var calibration = new Option<string>("--calibration") { Description = "A folder of photographs like those that the model will see; 100 or more.", Required = true, HelpName = "FOLDER" };
        var output = new Option<string>("--output") { Description = "The directory to make: models/<name>/<version>.", Required = true, HelpName = "DIR" };
        var force = new Option<bool>("--force") { Description = "Replace the model that the output directory holds." };
        var command = new Command("quantize", "Makes an int8 model of a float32 one.") { model, calibration, output, force };
        command.SetAction((parsed, token) => Task.Run(() =>
        {
            var dir = parsed.GetRequiredValue(model);
            var manifest = ManifestReader.Read(Path.Combine(dir, ModelManifest.FileName));
            var graph = new FloatGraph(OnnxFile.Read(Path.Combine(dir, ModelManifest.GraphFileName)));
            var images = CalibrationImages.Open(parsed.GetRequiredValue(calibration), manifest.Preprocessing, 500, token);
            var kept = (Environment.GetEnvironmentVariable("Q_KEEP") ?? "").Split(',').ToHashSet();
            if (Environment.GetEnvironmentVariable("Q_EQ") is { } alpha)
                graph = new FloatGraph(Equalization.Apply(graph, manifest, images, double.Parse(alpha, null), token));
            using var staged = StagedDirectory.For(parsed.GetRequiredValue(output), parsed.GetValue(force));
            OnnxFile.Write(new Quantizer(graph, manifest, images).Run(kept, token).Model, Path.Combine(staged.Path, ModelManifest.GraphFileName));
            ManifestWriter.Write(manifest with { Precision = Precision.Int8, Accuracy = null }, Path.Combine(staged.Path, ModelManifest.FileName));
            staged.Commit();
            return 0;
        }, CancellationToken.None));
        return command;
    }
}
