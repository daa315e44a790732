using ResNetService.Inference.Execution;

namespace ResNetService.Inference.Batching;

/// <summary>Makes the buffers of a model, and runs black images in the batch sizes that the session wants warm.</summary>
internal static class WarmBuffers
{
    /// <param name="runs">How many run at once, at most.</param>
    /// <param name="shares">Whether runs may share the cores.</param>
    /// <exception cref="ExecutionException">A run failed, or there is not as much memory.</exception>
    public static IReadOnlyList<IExecutionBuffer> Create(IExecutionSession session, BatchLayout layout, int count, int runs, bool shares)
    {
        var buffers = session.CreateBuffers(layout, count, runs);
        try
        {
            // A GPU's libraries start threads in their first runs.
            return session.Provider == "cpu" ? LowPriority.Run(() => WarmUp(buffers, layout, shares)) : WarmUp(buffers, layout, shares);
        }
        catch
        {
            foreach (var buffer in buffers)
                buffer.Dispose();
            throw;
        }
    }

    private static IReadOnlyList<IExecutionBuffer> WarmUp(IReadOnlyList<IExecutionBuffer> buffers, BatchLayout layout, bool shares)
    {
        foreach (var buffer in buffers)
        {
            foreach (var images in buffer.WarmUpSizes)
                WarmUp(buffer, layout, images, shares);
        }

        return buffers;
    }

    private static void WarmUp(IExecutionBuffer buffer, BatchLayout layout, int images, bool shares)
    {
        foreach (var sharing in shares ? [false, true] : (bool[])[false])
        {
            buffer.Run(images, sharing);
            // Another set of outputs may be another plan to the runtime.
            if (layout.Features is not null)
                buffer.Run(images, sharing, features: true);
        }
    }
}
