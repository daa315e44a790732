using ResNetService.Api.Tests;

namespace ResNetService.Browser.Tests;

/// <summary>A service with <c>color</c> and with <c>mirror</c>, which says cyan where the other says red. Both explain themselves.</summary>
public sealed class TwoModels : IDisposable
{
    public ServiceHost Service { get; } = new(new() { ["Models:Default"] = "color" }, models: Repository());

    public void Dispose() => Service.Dispose();

    private static TinyModelRepository Repository() => new TinyModelRepository()
        .AddWithFeatures("color", "1")
        .Add(
            "mirror",
            "1",
            TinyOnnx.PooledClassifier(TinyModelRepository.Size, TinyModelRepository.Weights, TinyModelRepository.Bias),
            TinyModelRepository.Manifest(features: "features").Replace("\"red\"", "\"cyan\"", StringComparison.Ordinal));
}
