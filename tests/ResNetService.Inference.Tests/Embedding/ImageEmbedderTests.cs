using ResNetService.Inference.Errors;
using ResNetService.Inference.Execution;

namespace ResNetService.Inference.Tests.Embedding;

/// <summary>Through ONNX Runtime, on a graph whose features are its pixels.</summary>
public sealed class ImageEmbedderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Embed_Image_IsTheMeanOfEachChannel()
    {
        await using var model = await FeatureModel.OpenAsync();
        var response = await model.Inference.Embedder.EmbedAsync(new([FeatureModel.Halves((200, 10, 0), (100, 30, 4))]), Token);

        var result = Assert.Single(response.Results);
        Assert.Equal([150f, 20, 2], result.Vector.ToArray());
        Assert.Equal(("halves", 8, 8, null), (result.Name, result.Width, result.Height, result.Error));
        Assert.Equal(new FeatureMapShape(3, 8, 8), response.Model.Features);
    }

    [Fact]
    public async Task Embed_Normalized_HasLengthOneAndTheSameDirection()
    {
        await using var model = await FeatureModel.OpenAsync();
        var response = await model.Inference.Embedder.EmbedAsync(new([FeatureModel.Halves((30, 0, 40), (30, 0, 40))], Normalize: true), Token);

        Assert.Equal([0.6f, 0, 0.8f], response.Results[0].Vector.ToArray());
    }

    [Fact]
    public async Task Embed_NormalizedZeros_StayZeros()
    {
        await using var model = await FeatureModel.OpenAsync();
        var response = await model.Inference.Embedder.EmbedAsync(new([FeatureModel.Halves((0, 0, 0), (0, 0, 0))], Normalize: true), Token);

        Assert.Equal([0f, 0, 0], response.Results[0].Vector.ToArray());
    }

    [Fact]
    public async Task Embed_OneOfThemBroken_HarmsNoOther()
    {
        await using var model = await FeatureModel.OpenAsync();
        var image = FeatureModel.Halves((1, 2, 3), (1, 2, 3));
        var response = await model.Inference.Embedder.EmbedAsync(new([image, new("words", "nothing"u8.ToArray()), image]), Token);

        Assert.Equal([null, ErrorCode.UnsupportedImage, null], response.Results.Select(result => result.Error?.Code));
        Assert.Equal([3, 0, 3], response.Results.Select(result => result.Vector.Length));
    }

    [Fact]
    public async Task Embed_ModelWithoutFeatures_SaysHowToHaveThem()
    {
        using var models = TinyModelRepository.WithColor();
        await using var inference = await ResNetInference.OpenAsync(Path.Combine(models.Path, "color", "1"));

        var error = (await Assert.ThrowsAsync<ServiceException>(() => inference.Embedder.EmbedAsync(new([FeatureModel.Halves(default, default)]), Token))).Error;

        Assert.Equal(ErrorCode.InvalidRequest, error.Code);
        Assert.Contains("resnet export --features", error.Detail, StringComparison.Ordinal);
        Assert.Null(inference.Model.Features);
    }

    /// <summary>What one asks for must not change what another gets, in whichever batch they meet.</summary>
    [Fact]
    public async Task Embed_AmongClassifications_EachHasItsOwnAnswer()
    {
        await using var model = await FeatureModel.OpenAsync();
        var colors = Enumerable.Range(0, 40).Select(i => (Red: (byte)(i * 5), Green: (byte)(200 - (i * 5)), Blue: (byte)i)).ToArray();

        var embedded = colors.Select(async color => (color, (await model.Inference.Embedder.EmbedAsync(new([FeatureModel.Halves(color, color)]), Token)).Results[0].Vector.ToArray())).ToArray();
        var classified = colors.Select(async color => (color, (await model.Inference.Classifier.ClassifyAsync(new([FeatureModel.Halves(color, color)], TopK: 1), Token)).Results[0].Predictions[0].Index)).ToArray();

        Assert.All(await Task.WhenAll(embedded), answer => Assert.Equal([answer.color.Red, answer.color.Green, answer.color.Blue], answer.Item2));
        Assert.All(await Task.WhenAll(classified), answer => Assert.Equal(BestOf(answer.color), answer.Index));
    }

    private static int BestOf((byte Red, byte Green, byte Blue) color)
    {
        float[] means = [color.Red, color.Green, color.Blue];
        return Enumerable.Range(0, 3).MaxBy(c => TinyModelRepository.Bias[c] + Enumerable.Range(0, 3).Sum(k => TinyModelRepository.Weights[(3 * c) + k] * means[k]));
    }
}
