namespace ResNetService.Inference.Execution;

/// <summary>
/// One batch on its way through a graph: filled, run, read, filled again. Used by one thread at a time, except that different
/// parts of <see cref="Input"/> may be written by different threads. Two buffers of a session may be used at once: one is filled while the other runs.
/// </summary>
public interface IExecutionBuffer : IDisposable
{
    /// <summary>The images of a batch, one after the other: <see cref="BatchLayout.Capacity"/> times <see cref="BatchLayout.ImageBytes"/>.</summary>
    Memory<byte> Input { get; }

    /// <summary>The output of the last run, one row of <see cref="BatchLayout.OutputLength"/> an image, until the next run.</summary>
    ReadOnlyMemory<float> Output { get; }

    /// <summary>Numbers of images that are to be run once before the first request, since the first run of each may be slow.</summary>
    IReadOnlyList<int> WarmUpSizes { get; }

    /// <summary>Computes the output of the first images.</summary>
    /// <param name="images">1 to <see cref="BatchLayout.Capacity"/>.</param>
    /// <exception cref="ExecutionException">The run failed.</exception>
    void Run(int images);
}

/// <param name="Input">An input of the graph.</param>
/// <param name="ImageShape">Its shape without the batch, which comes first.</param>
/// <param name="ImageBytes">Of one image, in the element type of that input.</param>
/// <param name="Output">An output of the graph, float32 [batch, OutputLength].</param>
/// <param name="Capacity">The most images of a batch, 1 or more.</param>
public sealed record BatchLayout(string Input, IReadOnlyList<long> ImageShape, int ImageBytes, string Output, int OutputLength, int Capacity);
