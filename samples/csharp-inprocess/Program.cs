using ResNetService.Inference;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;

if (args.Length < 2)
{
    Console.Error.WriteLine("usage: InProcessSample MODEL_DIR PHOTOGRAPH...   (for example models/resnet20-cifar10/1 samples/cat.jpg)");
    return 2;
}

try
{
    // Loads and warms the model: once in the life of a program. Its classifier may be called from any number of threads, whose images share runs.
    await using var inference = await ResNetInference.OpenAsync(args[0]);
    var results = await Task.WhenAll(args[1..].Select(path => ClassifyAsync(inference.Classifier, path)));
    foreach (var result in results)
    {
        Console.WriteLine(result.Error is { } error ? $"{result.Name}: {error.Detail}" : result.Name);
        foreach (var (_, label, probability) in result.Predictions)
            Console.WriteLine($"{probability,9:P2}  {label}");
    }

    return results.Any(result => result.Error is not null) ? 1 : 0;
}
catch (Exception e) when (e is ModelsException or ServiceException or IOException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

// Any stream does: the image is decoded from memory.
static async Task<ImageResult> ClassifyAsync(IImageClassifier classifier, string path)
{
    await using var photograph = File.OpenRead(path);
    using var encoded = new MemoryStream();
    await photograph.CopyToAsync(encoded);
    var request = new ClassificationRequest([new EncodedImage(Path.GetFileName(path), encoded.ToArray())], TopK: 5);
    return (await classifier.ClassifyAsync(request, CancellationToken.None)).Results[0];
}
