using System.Runtime.InteropServices;

namespace ResNetService.Modeling.Torch;

/// <summary>Keeps libtorch's convolutions right, and quiet, on virtual machines that show their processor without caches.</summary>
/// <remarks>
/// The oneDNN of libtorch 2.10 divides its work by what threads share of the caches. Where the processor shows none (seen on AMD family 26 under a hypervisor),
/// its kernels for AVX2 and AVX-512 gave wrong results and then a division by zero that ended the process. Those for AVX are right, and slower. NNPACK, which
/// must know the caches too, is not used there, and says so at every start; libtorch is told to say errors alone. An environment that says either itself is
/// left as it is.
/// </remarks>
internal static unsafe partial class HiddenCaches
{
    private const string CachesOfTheFirstCore = "/sys/devices/system/cpu/cpu0/cache";

    /// <summary><c>c10::initLogging()</c>, by which Python has libtorch read <c>TORCH_CPP_LOG_LEVEL</c>, and TorchSharp has not.</summary>
    private const string InitLogging = "_ZN3c1011initLoggingEv";

    /// <summary>Before libtorch computes.</summary>
    /// <param name="core">Its library <c>libc10.so</c>; null where there is none.</param>
    public static void Prepare(string? core)
    {
        if (!OperatingSystem.IsLinux() || Directory.Exists(CachesOfTheFirstCore))
            return;
        _ = SetEnvironment("ONEDNN_MAX_CPU_ISA", "AVX", overwrite: 0);
        _ = SetEnvironment("TORCH_CPP_LOG_LEVEL", "ERROR", overwrite: 0);
        if (core is not null && NativeLibrary.TryLoad(core, out var library) && NativeLibrary.TryGetExport(library, InitLogging, out var initLogging))
            ((delegate* unmanaged<void>)initLogging)();
    }

    // What .NET sets is seen by .NET alone.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
