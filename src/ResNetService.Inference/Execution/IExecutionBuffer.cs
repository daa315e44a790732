namespace ResNetService.Inference.Execution;

/// <summary>
/// One batch on its way through a graph: filled, run, read, filled again. Used by one thread at a time, except that different
/// parts of <see cref="Input"/> may be written by different threads. Two buffers of a session may be used at once: one is filled while the other runs.
/// </summary>
public interface IExecutionBuffer : IDisposable
{
    /// <summary>The images of a batch, one after the other: <see cref="BatchLayout.Capacity"/> times <see cref="BatchLayout.ImageBytes"/>; zeros at first.</summary>
    Memory<byte> Input { get; }

    /// <summary>The output of the last run, one row of <see cref="BatchLayout.OutputLength"/> an image, until the next run.</summary>
    ReadOnlyMemory<float> Output { get; }

    /// <summary>
    /// <see cref="BatchLayout.Features"/> of the last run that computed them, image by image, until the next; empty where the graph has none.
    /// </summary>
    ReadOnlyMemory<float> Features => default;

    /// <summary>
    /// Numbers of images that are to be run once before the first request, since the first run of each may be slow; none where another buffer's
    /// runs are enough.
    /// </summary>
    IReadOnlyList<int> WarmUpSizes { get; }

    /// <summary>Computes the output of the first images.</summary>
    /// <param name="images">1 to <see cref="BatchLayout.Capacity"/>.</param>
    /// <param name="shares">Whether it leaves cores to other runs, if <see cref="IExecutionSession.DividesCores"/>.</param>
    /// <param name="features">Whether <see cref="Features"/> are wanted too, where there are any: they are large.</param>
    /// <exception cref="ExecutionException">The run failed.</exception>
    void Run(int images, bool shares = false, bool features = false);
}
