using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace ResNetService.Inference.Execution.Native;

/// <summary>
/// Threads for ONNX Runtime, which starts those of a session while it opens it, from the thread that opens: where that is a low one, the runs of the session
/// would be low for as long as it lives. The managed library does not offer what the C API does.
/// </summary>
internal static unsafe partial class PoolThreads
{
    /// <summary>Of each thread, for whoever looks at the process.</summary>
    public const string Name = "ONNX Runtime";

    /// <summary>That in which the functions came. Functions are added at the end of the table alone, so that their places hold in later ones.</summary>
    private const uint ApiVersion = 10;

    /// <summary>The places of <c>SessionOptionsSetCustomCreateThreadFn</c> and <c>SessionOptionsSetCustomJoinThreadFn</c> in <c>OrtApi</c> of onnxruntime_c_api.h.</summary>
    private const int SetCreate = 196, SetJoin = 198;

    /// <exception cref="ExecutionException">The library refuses.</exception>
    public static void Use(SessionOptions options)
    {
        // GetApi is the first function of OrtApiBase.
        var api = GetApiBase()[0](ApiVersion);
        var handle = options.DangerousGetHandle();
        if (api is null
            || ((delegate* unmanaged<nint, delegate* unmanaged<nint, delegate* unmanaged<nint, void>, nint, nint>, nint>)api[SetCreate])(handle, &Create) != 0
            || ((delegate* unmanaged<nint, delegate* unmanaged<nint, void>, nint>)api[SetJoin])(handle, &Join) != 0)
            throw new ExecutionException("ONNX Runtime does not take threads that it has not started itself");
    }

    /// <returns>0 where there can be no more threads; the session does not open then.</returns>
    [UnmanagedCallersOnly]
    private static nint Create(nint options, delegate* unmanaged<nint, void> work, nint parameter)
    {
        try
        {
            var thread = new Thread(() => work(parameter)) { IsBackground = true, Name = Name };
            // First: what has been started cannot be taken back.
            var handle = GCHandle.Alloc(thread);
            try
            {
                LowPriority.Start(thread);
                return GCHandle.ToIntPtr(handle);
            }
            catch
            {
                handle.Free();
                throw;
            }
        }
        catch (Exception)
        {
            // Nothing may leave here for native code.
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static void Join(nint thread)
    {
        var handle = GCHandle.FromIntPtr(thread);
        Unsafe.As<Thread>(handle.Target!).Join();
        handle.Free();
    }

    [LibraryImport("onnxruntime", EntryPoint = "OrtGetApiBase")]
    private static partial delegate* unmanaged<uint, nint*>* GetApiBase();
}
