using ResNetService.Inference.Classification;
using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Tests.Classification;

/// <summary>Through ONNX Runtime, on graphs whose answer is known.</summary>
public sealed class ImageClassifierTests : IDisposable
{
    private readonly TinyModelRepository _models = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task Classify_Several_AnswersInOrderWithTheirNames()
    {
        var response = await ClassifyAsync(TinyOnnx.MeanColor(8), new(
            [new("r", Png(255, 0, 0)), new(null, "nothing"u8.ToArray()), new("b", Png(0, 0, 255))], TopK: 1));

        Assert.Equal(["r", null, "b"], response.Results.Select(r => r.Name));
        Assert.Equal(["red", null, "blue"], response.Results.Select(r => r.Predictions.SingleOrDefault()?.Label));
        Assert.Equal([null, ErrorCode.UnsupportedImage, null], response.Results.Select(r => r.Error?.Code));
    }

    [Fact]
    public async Task Classify_TwoClassesAlike_AreListedByIndex()
    {
        var result = (await ClassifyAsync(TinyOnnx.MeanColor(8), new([new(null, Png(10, 20, 20))]))).Results[0];

        Assert.Equal([1, 2, 0], result.Predictions.Select(p => p.Index));
        Assert.Equal(1 / (2 + Math.Exp(-10)), result.Predictions[0].Probability, 12);
    }

    /// <summary>The graph takes float32 [N,3,H,W], so that the service normalises: (pixel / 255 - mean) / std.</summary>
    [Fact]
    public async Task Classify_FloatGraph_IsFedNormalisedChannels()
    {
        var manifest = TinyModelRepository.Manifest(input: "input", inputType: "float32", layout: "nchw", logits: "output");
        var result = (await ClassifyAsync(TinyOnnx.MeanChannel(8), new([new(null, Png(255, 128, 0))]), manifest)).Results[0];

        double[] logits = [(1 - 0.485) / 0.229, ((128 / 255.0) - 0.456) / 0.224, -0.406 / 0.225];
        var sum = logits.Sum(Math.Exp);
        Assert.All(result.Predictions, p => Assert.Equal(Math.Exp(logits[p.Index]) / sum, p.Probability, 5));
    }

    [Fact]
    public async Task Classify_LogitsThatAreNoNumbers_IsAnErrorOfTheImage()
    {
        var result = (await ClassifyAsync(TinyOnnx.NotANumber(8), new([new("x", Png(1, 2, 3))]))).Results[0];

        Assert.Equal(ErrorCode.Internal, result.Error?.Code);
        Assert.Empty(result.Predictions);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(int.MaxValue)]
    public async Task Classify_TopKOutOfRange_SaysTheRange(int topK)
    {
        var error = (await Assert.ThrowsAsync<ServiceException>(() => ClassifyAsync(TinyOnnx.MeanColor(8), new([new(null, Png(1, 2, 3))], TopK: topK)))).Error;

        Assert.Equal(ErrorCode.InvalidRequest, error.Code);
        Assert.Contains("1 to 3", error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_Stream_IsReadToItsEnd()
    {
        _models.Add("m", "1");
        await using var inference = await ResNetInference.OpenAsync(Path.Combine(_models.Path, "m", "1"));
        using var image = new MemoryStream(Png(0, 255, 0));
        using var words = new MemoryStream("nothing"u8.ToArray());

        var result = await inference.Classifier.ClassifyAsync(image, topK: 1, cancellationToken: Token);

        Assert.Equal(["green"], result.Predictions.Select(p => p.Label));
        Assert.Equal(ErrorCode.UnsupportedImage, (await inference.Classifier.ClassifyAsync(words, cancellationToken: Token)).Error?.Code);
    }

    [Fact]
    public async Task Classify_NoImages_IsRefused() =>
        Assert.Equal(ErrorCode.InvalidRequest, (await Assert.ThrowsAsync<ServiceException>(() => ClassifyAsync(TinyOnnx.MeanColor(8), new([])))).Error.Code);

    private static byte[] Png(byte red, byte green, byte blue) => TinyImage.Png(8, 8, red, green, blue);

    private async Task<ClassificationResponse> ClassifyAsync(byte[] graph, ClassificationRequest request, string? manifest = null)
    {
        _models.Add("m", "1", graph, manifest ?? TinyModelRepository.Manifest());
        await using var inference = await ResNetInference.OpenAsync(Path.Combine(_models.Path, "m", "1"));
        return await inference.Classifier.ClassifyAsync(request, Token);
    }
}
