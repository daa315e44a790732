using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ResNetService.Inference;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Errors;

namespace ResNetService.Modeling.Commands;

/// <summary><c>resnet classify</c>: the best classes of image files, in this process, through the pipeline that serves.</summary>
internal static class ClassifyCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL_DIR") { Description = "models/<name>/<version>" };
        var images = new Argument<string[]>("IMAGE") { Description = "Image files.", Arity = ArgumentArity.OneOrMore };
        var topK = new Option<int?>("--top-k") { Description = "How many classes; 5 unless said otherwise.", HelpName = "K", CustomParser = result => Numbers.Positive(result) };
        var json = new Option<bool>("--json") { Description = "A JSON array, one object an image." };
        var command = new Command("classify", "Classifies image files.") { model, images, topK, json };
        command.SetAction((parsed, token) => RunAsync(
            parsed.InvocationConfiguration,
            parsed.GetRequiredValue(model),
            parsed.GetRequiredValue(images),
            parsed.GetValue(topK),
            parsed.GetValue(json),
            token));
        return command;
    }

    private static async Task<int> RunAsync(
        InvocationConfiguration console, string directory, string[] paths, int? topK, bool json, CancellationToken cancellationToken)
    {
        await using var inference = await ResNetInference.OpenAsync(directory);
        var results = new List<ImageResult>();
        foreach (var path in paths)
            results.Add(await ClassifyAsync(inference.Classifier, path, topK, cancellationToken));

        if (json)
        {
            console.Output.WriteLine(JsonSerializer.Serialize(
                results.Select(r => new { r.Name, r.Width, r.Height, r.Predictions, Error = r.Error?.Detail }), JsonSerializerOptions.Web));
        }
        else
        {
            foreach (var result in results)
                Print(console, result);
        }

        return results.Any(r => r.Error is not null) ? ExitCode.Failure : ExitCode.Success;
    }

    /// <summary>A file that cannot be read is an error of this image, as one that cannot be decoded is: the others have their answers.</summary>
    private static async Task<ImageResult> ClassifyAsync(IImageClassifier classifier, string path, int? topK, CancellationToken cancellationToken)
    {
        byte[] data;
        try
        {
            data = await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(path, 0, 0, [], new(ErrorCode.InvalidRequest, $"The file cannot be read: {e.Message}"));
        }

        return (await classifier.ClassifyAsync(new([new(path, data)], TopK: topK), cancellationToken)).Results[0];
    }

    private static void Print(InvocationConfiguration console, ImageResult result)
    {
        if (result.Error is { } error)
        {
            console.Error.WriteLine($"{result.Name}: {error.Detail}");
            return;
        }

        console.Output.WriteLine(result.Name);
        foreach (var prediction in result.Predictions)
        {
            var percent = prediction.Probability.ToString("P2", CultureInfo.InvariantCulture);
            console.Output.WriteLine($"  {percent,8}  {prediction.Label} ({prediction.Index})");
        }
    }
}
