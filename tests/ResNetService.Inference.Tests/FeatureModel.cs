using ResNetService.Inference.Classification;

namespace ResNetService.Inference.Tests;

/// <summary>The small model with features, loaded: its features are the pixels, its logits a linear layer on their means.</summary>
internal sealed class FeatureModel : IAsyncDisposable
{
    private readonly TinyModelRepository _models;

    private FeatureModel(TinyModelRepository models, ResNetInference inference) => (_models, Inference) = (models, inference);

    public ResNetInference Inference { get; }

    public static async Task<FeatureModel> OpenAsync(ClassifierForm form = ClassifierForm.Gemm)
    {
        var models = new TinyModelRepository().AddWithFeatures("m", "1", form);
        return new(models, await ResNetInference.OpenAsync(Path.Combine(models.Path, "m", "1")));
    }

    /// <summary>An image whose upper half is of one colour and whose lower half is of another.</summary>
    public static EncodedImage Halves((byte Red, byte Green, byte Blue) upper, (byte Red, byte Green, byte Blue) lower) =>
        new("halves", TinyImage.Png(TinyModelRepository.Size, TinyModelRepository.Size, (_, y) => y < TinyModelRepository.Size / 2 ? upper : lower));

    public async ValueTask DisposeAsync()
    {
        await Inference.DisposeAsync();
        _models.Dispose();
    }
}
