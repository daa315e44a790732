using ResNetService.Api.Tests;

namespace ResNetService.Browser.Tests;

/// <summary>A service with <c>color</c> and with <c>mirror</c>, which says cyan where the other says red. Both explain themselves.</summary>
public sealed class TwoModels : IDisposable
{
    private readonly AgedClock _clock = new();

    public TwoModels()
    {
        Service = new(new() { ["Models:Default"] = "color" }, services => services.AddSingleton<TimeProvider>(_clock), Repository());
        _clock.Age();
    }

    public ServiceHost Service { get; }

    public void Dispose() => Service.Dispose();

    private static TinyModelRepository Repository() => new TinyModelRepository()
        .AddWithFeatures("color", "1")
        .Add(
            "mirror",
            "1",
            TinyOnnx.PooledClassifier(TinyModelRepository.Size, TinyModelRepository.Weights, TinyModelRepository.Bias),
            TinyModelRepository.Manifest(features: "features").Replace("\"red\"", "\"cyan\"", StringComparison.Ordinal));

    /// <summary>Ahead by a minute once the service has started: rates are those of the last 10 s, and of fewer in a service that is younger.</summary>
    private sealed class AgedClock : TimeProvider
    {
        private long _ahead;

        public override long GetTimestamp() => System.GetTimestamp() + Volatile.Read(ref _ahead);

        public void Age() => Volatile.Write(ref _ahead, 60 * TimestampFrequency);
    }
}
