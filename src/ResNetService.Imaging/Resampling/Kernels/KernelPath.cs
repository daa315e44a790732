using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ResNetService.Imaging.Resampling.Kernels;

/// <summary>The instruction sets that the inner loops of resampling are written for, the reference first. All give the same bits.</summary>
internal enum KernelPath
{
    Scalar,

    /// <summary>NEON, SSE4.1, WebAssembly: whatever .NET maps its 128-bit vectors to.</summary>
    Vector128,

    Avx2,

    /// <summary>With VBMI, whose byte permutation gathers the pixels: Ice Lake, Zen 4 and later.</summary>
    Avx512,
}

internal static class KernelPaths
{
    /// <summary>The ones that this machine has.</summary>
    public static IReadOnlyList<KernelPath> Supported { get; } = [.. Enum.GetValues<KernelPath>().Where(IsSupported)];

    public static KernelPath Fastest => Supported[^1];

    private static bool IsSupported(KernelPath path) => path switch
    {
        KernelPath.Avx512 => Avx512Vbmi.IsSupported && Avx512BW.IsSupported,
        KernelPath.Avx2 => Avx2.IsSupported,
        KernelPath.Vector128 => Vector128.IsHardwareAccelerated,
        _ => true,
    };
}
