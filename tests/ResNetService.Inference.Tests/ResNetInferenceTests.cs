using ResNetService.Inference.Classification;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Tests;

public sealed class ResNetInferenceTests
{
    [Theory]
    [InlineData(255, 0, 0, "red")]
    [InlineData(0, 255, 0, "green")]
    [InlineData(0, 0, 255, "blue")]
    public async Task Classify_PlainColor_NamesIt(byte red, byte green, byte blue, string expected)
    {
        using var models = TinyModelRepository.WithColor();
        await using var inference = await ResNetInference.OpenAsync(Path.Combine(models.Path, "color", "1"));

        var response = await inference.Classifier.ClassifyAsync(
            new ClassificationRequest([new EncodedImage("a", TinyImage.Png(20, 10, red, green, blue))]), TestContext.Current.CancellationToken);

        var result = Assert.Single(response.Results);
        Assert.Null(result.Error);
        Assert.Equal((20, 10), (result.Width, result.Height));
        Assert.Equal(expected, result.Predictions[0].Label);
        Assert.Equal(3, result.Predictions.Count);
        Assert.Equal(1, result.Predictions.Sum(p => p.Probability), 12);
    }

    /// <summary>A graph may have its weights in another file; whoever keeps answers tells models apart by the digest.</summary>
    [Fact]
    public async Task Digest_AnyFileOfTheModelChanges_IsAnother()
    {
        using var models = TinyModelRepository.WithColor();
        var directory = Path.Combine(models.Path, "color", "1");
        var weights = Path.Combine(Directory.CreateDirectory(Path.Combine(directory, "data")).FullName, "weights.bin");
        var digests = new List<string>();
        foreach (var content in new[] { "first", "second", "first" })
        {
            await File.WriteAllTextAsync(weights, content, TestContext.Current.CancellationToken);
            await using var inference = await ResNetInference.OpenAsync(directory);
            digests.Add(inference.Model.Digest);
        }

        Assert.NotEqual(digests[0], digests[1]);
        Assert.Equal(digests[0], digests[2]);
    }

    [Fact]
    public async Task Open_NoSuchDirectory_SaysWhatAModelIs()
    {
        var exception = await Assert.ThrowsAsync<ModelsException>(() => ResNetInference.OpenAsync("/nowhere/at/all"));

        Assert.Contains("model.onnx", exception.Message, StringComparison.Ordinal);
    }
}
