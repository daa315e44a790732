using ResNetService.Inference.Batching;
using ResNetService.Inference.Execution;

namespace ResNetService.Inference.Models;

/// <summary>A loaded model: its session, warmed, and the batcher that feeds it. Disposing drains the batcher first.</summary>
internal sealed class ModelInstance(ServedModel model, IExecutionSession session, IBatcher batcher) : IAsyncDisposable
{
    public ServedModel Model { get; private set; } = model;

    public IBatcher Batcher => batcher;

    /// <summary>Once, before the model is seen by anybody.</summary>
    public void MarkDefault() => Model = Model with { IsDefault = true };

    public async ValueTask DisposeAsync()
    {
        await batcher.DisposeAsync();
        session.Dispose();
    }
}
