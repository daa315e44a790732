namespace ResNetService.Api.Tests;

/// <summary>The service with a model that has features, and one that has not.</summary>
public sealed class FeatureHost : IDisposable
{
    /// <summary>Its default is <c>m</c>, whose features are its pixels.</summary>
    public ServiceHost Host { get; } = new(new() { ["Models:Default"] = "m" }, models: new TinyModelRepository().AddWithFeatures("m", "1").Add("color", "1"));

    public void Dispose() => Host.Dispose();
}
