using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace ResNetService.Inference.Execution;

/// <summary>Runs the heavy parts of a load so that those who are served meanwhile do not notice.</summary>
internal static partial class LowPriority
{
    /// <summary>A tenth of the weight of a thread whose niceness is 0.</summary>
    private const int Niceness = 10;

    /// <summary>PRIO_PROCESS, which on Linux means a thread.</summary>
    private const int OneThread = 0;

    /// <summary>SCHED_IDLE. To Linux a core that has nothing else to do is free, and whoever wakes has it at once; a nice thread would go on for milliseconds, at every layer of a run.</summary>
    private const int IdlePolicy = 5;

    /// <summary>Of the load that this thread is at.</summary>
    [ThreadStatic]
    private static LoadPriority _ofLoad;

    /// <summary>Where this thread is a low one: starts threads for it.</summary>
    [ThreadStatic]
    private static BlockingCollection<(Thread Thread, TaskCompletionSource Started)>? _starts;

    /// <summary>What <paramref name="load"/> gives to <see cref="Run"/>, on this thread, has this priority.</summary>
    public static T Of<T>(LoadPriority priority, Func<T> load)
    {
        _ofLoad = priority;
        try
        {
            return load();
        }
        finally
        {
            _ofLoad = LoadPriority.Normal;
        }
    }

    /// <summary>
    /// On a thread of its own, unless the load has the priority of everything else: what has been lowered may not be raised again. The work must start no task,
    /// and threads by <see cref="Start"/> only: others would be low for good.
    /// </summary>
    public static T Run<T>(Func<T> work)
    {
        var priority = _ofLoad;
        if (priority == LoadPriority.Normal)
            return work();
        var (result, failure) = (default(T), (ExceptionDispatchInfo?)null);
        using var starts = new BlockingCollection<(Thread Thread, TaskCompletionSource Started)>();
        var thread = new Thread(() =>
        {
            _starts = starts;
            try
            {
                Lower(priority);
                result = work();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
            finally
            {
                starts.CompleteAdding();
            }
        })
        {
            IsBackground = true,
        };
        thread.Start();
        foreach (var (other, started) in starts.GetConsumingEnumerable())
            StartFor(other, started);
        thread.Join();
        failure?.Throw();
        return result!;
    }

    /// <summary>Starts a thread that has the priority of whoever waits for the work, since threads inherit that of the one that starts them. It takes nothing of the request that this may be done for.</summary>
    public static void Start(Thread thread)
    {
        if (_starts is not { } starts)
        {
            thread.UnsafeStart();
            return;
        }

        var started = new TaskCompletionSource();
        starts.Add((thread, started));
        started.Task.GetAwaiter().GetResult();
    }

    private static void StartFor(Thread thread, TaskCompletionSource started)
    {
        try
        {
            thread.UnsafeStart();
            started.SetResult();
        }
        catch (Exception e)
        {
            started.SetException(e);
        }
    }

    /// <summary>Where it is not allowed, the work is done all the same.</summary>
    private static void Lower(LoadPriority priority)
    {
        // .NET's own priorities do nothing on Linux.
        if (!OperatingSystem.IsLinux())
        {
            Thread.CurrentThread.Priority = priority == LoadPriority.Idle ? ThreadPriority.Lowest : ThreadPriority.BelowNormal;
            return;
        }

        // The only parameter is a priority among real-time threads, which must be 0 here.
        if (priority != LoadPriority.Idle || SetScheduler(0, IdlePolicy, 0) != 0)
            _ = SetPriority(OneThread, 0, Math.Max(Niceness, GetPriority(OneThread, 0)));
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int thread, int policy, in int parameter);

    /// <returns>-1 also where it fails, which is no higher than what is set then.</returns>
    [LibraryImport("libc", EntryPoint = "getpriority")]
    private static partial int GetPriority(int which, uint who);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int value);
}
