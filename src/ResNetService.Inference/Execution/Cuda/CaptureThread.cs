using System.Collections.Concurrent;

namespace ResNetService.Inference.Execution.Cuda;

/// <summary>
/// The one thread on which a session's CUDA graphs are captured and replayed. ONNX Runtime keeps captured graphs by thread: a run on another
/// thread would capture again, and a graph would be lost with the thread that has it.
/// </summary>
internal sealed class CaptureThread : IDisposable
{
    private readonly BlockingCollection<Work> _queue = [];
    private readonly Thread _thread;
    private int _graphIds;

    public CaptureThread()
    {
        _thread = new Thread(Loop) { IsBackground = true, Name = "CUDA graphs" };
        _thread.Start();
    }

    /// <summary>Does the work on the thread, after what was asked for before, and returns when it is done; what it throws is thrown here.</summary>
    public void Invoke(Action work)
    {
        var asked = new Work(work, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _queue.Add(asked);
        asked.Done.Task.GetAwaiter().GetResult();
    }

    /// <summary>For <see cref="Native.ILoadedGraph.Bind"/>.</summary>
    public int NextGraphId() => Interlocked.Increment(ref _graphIds);

    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _queue.Dispose();
    }

    private void Loop()
    {
        foreach (var work in _queue.GetConsumingEnumerable())
        {
            try
            {
                work.Action();
                work.Done.SetResult();
            }
            catch (Exception e)
            {
                work.Done.SetException(e);
            }
        }
    }

    private sealed record Work(Action Action, TaskCompletionSource Done);
}
