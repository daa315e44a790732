using ResNetService.Inference.Batching;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Explanation;

namespace ResNetService.Inference.Models;

/// <summary>A loaded model: its session, warmed, and the batcher that feeds it. Disposing drains the batcher first.</summary>
/// <param name="classifier">Null where the network does not end so that its classes can be explained.</param>
internal sealed class ModelInstance(ServedModel model, IExecutionSession session, IBatcher batcher, LoadMeter meter, PooledClassifier? classifier) : IAsyncDisposable
{
    public ServedModel Model { get; private set; } = model;

    public IBatcher Batcher => batcher;

    public LoadMeter Meter => meter;

    /// <exception cref="ServiceException">The model has no features.</exception>
    public FeatureMapShape RequireFeatures() => Model.Features
        ?? throw Cannot("its graph has no output of features; 'resnet export --features' writes one, and 'graph.features' of the manifest names it");

    /// <exception cref="ServiceException">The model has no features, or they are not all that its classes are computed from.</exception>
    public PooledClassifier RequireClassifier()
    {
        RequireFeatures();
        return classifier ?? throw Cannot("its graph does not end in global average pooling of its features and one linear layer");
    }

    /// <summary>Once, before the model is seen by anybody.</summary>
    public void MarkDefault() => Model = Model with { IsDefault = true };

    public async ValueTask DisposeAsync()
    {
        await batcher.DisposeAsync();
        session.Dispose();
    }

    private ServiceException Cannot(string reason) => new(new(ErrorCode.InvalidRequest, $"The model {Model.Name} cannot do this: {reason}."));
}
