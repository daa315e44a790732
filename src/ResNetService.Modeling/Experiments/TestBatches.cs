using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Training;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Experiments;

/// <summary>Test images, normalised once and shown to many networks.</summary>
internal sealed class TestBatches : IDisposable
{
    private const int BatchSize = 128;

    private readonly (Tensor Images, Tensor Classes)[] _batches;

    /// <param name="most">At most so many of the images, evenly spaced; null for all.</param>
    public TestBatches(IImageSource images, int? most = null)
    {
        var chosen = EvenSpread.Indices(most ?? images.Count, images.Count).ToArray();
        _batches = ImageTensors.Load(images, chosen.Chunk(BatchSize));
        Count = chosen.Length;
    }

    public int Count { get; }

    /// <summary>Runs the network, in evaluation, over all images.</summary>
    /// <param name="read">How the network is read: from the images to the signal that it is given.</param>
    /// <param name="logits">Given the logits and the classes of each batch.</param>
    /// <param name="images">Told how many are done.</param>
    public void ForEach(Network network, Func<Tensor, DecoratingSignal> read, Action<Tensor, Tensor> logits, IProgress<int> images, CancellationToken cancellationToken)
    {
        network.eval();
        var done = 0;
        foreach (var (batch, classes) in _batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var mode = inference_mode();
            logits(((DecoratingSignal)network.Forward(read(batch))).Tensor, classes);
            images.Report(done += (int)batch.shape[0]);
        }
    }

    public void Dispose()
    {
        foreach (var (images, classes) in _batches)
        {
            images.Dispose();
            classes.Dispose();
        }
    }
}
