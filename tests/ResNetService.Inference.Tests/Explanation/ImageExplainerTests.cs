using ResNetService.Imaging;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Tests.Explanation;

/// <summary>Through ONNX Runtime, on a graph whose features are its pixels.</summary>
public sealed class ImageExplainerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Explain_Class_WeighsEachPlaceByTheClassesRow()
    {
        await using var model = await FeatureModel.OpenAsync();
        var explanation = await ExplainAsync(model, FeatureModel.Halves((200, 10, 0), (100, 30, 4)), "1");

        // Green's row is -0.25, 1, -0.25.
        Assert.Equal((8, 8), (explanation.Map.Rows, explanation.Map.Columns));
        Assert.Equal([.. Enumerable.Repeat((-0.25f * 200) + 10, 32), .. Enumerable.Repeat((-0.25f * 100) + 30 - (0.25f * 4), 32)], explanation.Map.Values.ToArray());
        Assert.Equal((1, "green"), (explanation.Prediction.Index, explanation.Prediction.Label));
    }

    [Fact]
    public async Task Explain_NoClass_ExplainsTheBest()
    {
        await using var model = await FeatureModel.OpenAsync();
        var explanation = await ExplainAsync(model, FeatureModel.Halves((0, 0, 90), (10, 0, 90)), null);

        Assert.Equal("blue", explanation.Prediction.Label);
        Assert.Equal(180f, explanation.Map.Values.Span[0]);
        Assert.Equal(1, explanation.Prediction.Probability, 6);
    }

    /// <summary>The mean of the map and the bias are the logit: two maps, by the probabilities that their logits make.</summary>
    [Fact]
    public async Task Explain_EveryClass_MeansAndBiasesMakeTheProbabilities()
    {
        await using var model = await FeatureModel.OpenAsync();
        var image = FeatureModel.Halves((9, 5, 6), (4, 8, 3));
        var explanations = new List<Inference.Explanation.Explanation>();
        for (var c = 0; c < 3; c++)
            explanations.Add(await ExplainAsync(model, image, $"{c}"));

        var logits = explanations.Select((explanation, c) => explanation.Map.Values.ToArray().Average() + TinyModelRepository.Bias[c]).ToArray();
        var sum = logits.Sum(logit => Math.Exp(logit));
        Assert.All(explanations, (explanation, c) => Assert.Equal(Math.Exp(logits[c]) / sum, explanation.Prediction.Probability, 6));
    }

    [Theory]
    [InlineData(ClassifierForm.Gemm)]
    [InlineData(ClassifierForm.Dropouts)]
    [InlineData(ClassifierForm.GemmOfColumns)]
    [InlineData(ClassifierForm.MatMul)]
    [InlineData(ClassifierForm.TransposedMatMul)]
    [InlineData(ClassifierForm.Half)]
    [InlineData(ClassifierForm.Int8)]
    public async Task Explain_LayerInAnyForm_IsTheSame(ClassifierForm form)
    {
        await using var model = await FeatureModel.OpenAsync(form);
        var explanation = await ExplainAsync(model, FeatureModel.Halves((200, 10, 0), (100, 30, 4)), "green");

        Assert.True(model.Inference.Model.Explains);
        Assert.Equal((-40f, 4f), (explanation.Map.Values.Span[0], explanation.Map.Values.Span[63]));
    }

    [Theory]
    [InlineData(ClassifierForm.Relu)]
    [InlineData(ClassifierForm.ShiftedInt8)]
    public async Task Explain_LogitsThatAreNoSumOfPlaces_IsRefused(ClassifierForm form)
    {
        await using var model = await FeatureModel.OpenAsync(form);

        var error = (await Assert.ThrowsAsync<ServiceException>(() => ExplainAsync(model, FeatureModel.Halves(default, default), null))).Error;

        Assert.Equal(ErrorCode.InvalidRequest, error.Code);
        Assert.Contains("global average pooling", error.Detail, StringComparison.Ordinal);
        Assert.False(model.Inference.Model.Explains);
        Assert.NotNull(model.Inference.Model.Features);
    }

    [Theory]
    [InlineData("3", "0 to 2")]
    [InlineData("-1", "0 to 2")]
    [InlineData("gren", "'gren'")]
    public async Task Explain_ClassThatThereIsNot_SaysWhatThereIs(string text, string said)
    {
        await using var model = await FeatureModel.OpenAsync();

        var error = (await Assert.ThrowsAsync<ServiceException>(() => ExplainAsync(model, FeatureModel.Halves(default, default), text))).Error;

        Assert.Equal(ErrorCode.InvalidRequest, error.Code);
        Assert.Contains(said, error.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("g")]
    [InlineData("GREEN")]
    public async Task Explain_ClassByIdOrName_IsFound(string text)
    {
        await using var model = await FeatureModel.OpenAsync();

        Assert.Equal(1, (await ExplainAsync(model, FeatureModel.Halves(default, default), text)).Prediction.Index);
    }

    [Fact]
    public async Task Explain_OblongImage_CoversItsMiddle()
    {
        await using var model = await FeatureModel.OpenAsync();
        var explanation = await ExplainAsync(model, new(null, TinyImage.Png(40, 20, 1, 2, 3)), null);

        Assert.Equal(new ImageRegion(10, 0, 20, 20), explanation.Region);
    }

    [Fact]
    public async Task Explain_OneOfThemBroken_HarmsNoOther()
    {
        await using var model = await FeatureModel.OpenAsync();
        var image = FeatureModel.Halves((1, 2, 3), (1, 2, 3));
        var response = await model.Inference.Explainer.ExplainAsync(new([new("words", "nothing"u8.ToArray()), image]), Token);

        Assert.Equal([ErrorCode.UnsupportedImage, null], response.Results.Select(result => result.Error?.Code));
        Assert.Equal([true, false], response.Results.Select(result => result.Explanation is null));
    }

    private static async Task<Inference.Explanation.Explanation> ExplainAsync(FeatureModel model, EncodedImage image, string? text) =>
        Assert.Single((await model.Inference.Explainer.ExplainAsync(new([image], Class: text), Token)).Results).Explanation!;
}
