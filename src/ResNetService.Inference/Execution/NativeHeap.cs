using System.Runtime.InteropServices;

namespace ResNetService.Inference.Execution;

/// <summary>The memory that native libraries take from the C library.</summary>
public static partial class NativeHeap
{
    // Of malloc.h.
    private const int TrimThreshold = -1, MmapThreshold = -3;

    /// <summary>Larger than what most photographs take, so that few blocks are mapped one by one.</summary>
    private const int LargestKept = 1 << 20;

    /// <summary>The most that glibc takes for the first threshold.</summary>
    private const int LargestKeptByLoads = 32 << 20;

    /// <summary>Of glibc's own, which count before <see cref="Limit"/> does.</summary>
    private static readonly string[] Settings = ["MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "GLIBC_TUNABLES"];

    private static bool _isLimited;

    /// <summary>
    /// For a program that goes on for long, to be called before anything else. From now on blocks of more than 1 MB are given back when they are freed, and of
    /// the end of each heap what is over 2 MB. glibc would keep twice what the largest image took that ever came, in each of its many heaps, so that memory would go
    /// on growing for hours under any load. Does nothing where there is no glibc, or where its own variables are set (<c>MALLOC_MMAP_THRESHOLD_</c>,
    /// <c>MALLOC_TRIM_THRESHOLD_</c>, <c>GLIBC_TUNABLES</c>).
    /// </summary>
    public static void Limit()
    {
        if (Settings.Any(name => Environment.GetEnvironmentVariable(name) is not null))
            return;
        _isLimited = true;
        Set(LargestKept, 2 * LargestKept);
    }

    /// <summary>
    /// For the load of a model, which takes and frees the memory of the weights several times over: meanwhile it is kept. Memory that is taken from the system anew has to be
    /// mapped page by page, which took most of a load's time. Afterwards the limit holds again; the end of a heap is given back when something large is freed there next. One at a time.
    /// </summary>
    internal static T Keep<T>(Func<T> load)
    {
        if (!_isLimited)
            return load();
        Set(LargestKeptByLoads, int.MaxValue);
        try
        {
            return load();
        }
        finally
        {
            Set(LargestKept, 2 * LargestKept);
            Trim();
        }
    }

    /// <summary>
    /// Gives what is free back to the system. glibc keeps it, in each of its heaps: a model that takes another's place again and again would hold several times
    /// its memory.
    /// </summary>
    internal static void Trim() => InGlibc(() => MallocTrim(0));

    private static void Set(int mapped, int trimmed)
    {
        InGlibc(() => MallOpt(MmapThreshold, mapped));
        InGlibc(() => MallOpt(TrimThreshold, trimmed));
    }

    private static void InGlibc(Func<int> call)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            call();
        }
        catch (TypeLoadException)
        {
            // Another C library, which keeps less.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);
}
