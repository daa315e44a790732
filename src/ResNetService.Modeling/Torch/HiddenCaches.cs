using System.Runtime.InteropServices;

namespace ResNetService.Modeling.Torch;

/// <summary>Keeps libtorch's convolutions right on virtual machines that show their processor without caches.</summary>
/// <remarks>
/// The oneDNN of libtorch 2.10 divides its work by what threads share of the caches. Where the processor shows none (seen on AMD family 26 under a hypervisor),
/// its kernels for AVX2 and AVX-512 gave wrong results and then a division by zero that ended the process. Those for AVX are right, and slower. An
/// environment that says <c>ONEDNN_MAX_CPU_ISA</c> itself is left as it is.
/// </remarks>
internal static partial class HiddenCaches
{
    private const string CachesOfTheFirstCore = "/sys/devices/system/cpu/cpu0/cache";

    /// <summary>Before libtorch computes.</summary>
    public static void Prepare()
    {
        if (OperatingSystem.IsLinux() && !Directory.Exists(CachesOfTheFirstCore))
            _ = SetEnvironment("ONEDNN_MAX_CPU_ISA", "AVX", overwrite: 0);
    }

    // What .NET sets is seen by .NET alone.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
