using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ResNetService.Inference.Execution;

/// <summary>The widest vector instructions of this CPU that matter to convolutions, in words.</summary>
internal static class InstructionSet
{
    public static string Name { get; } = Detect();

    private static string Detect()
    {
        if (Avx512F.IsSupported)
            return HasAvx512Vnni() ? "AVX-512 VNNI" : "AVX-512";
        if (Avx2.IsSupported)
            return AvxVnni.IsSupported ? "AVX2 VNNI" : "AVX2";
        if (Dp.IsSupported)
            return "NEON dot product";
        if (AdvSimd.IsSupported)
            return "NEON";
        return Sse42.IsSupported ? "SSE4.2" : "scalar";
    }

    /// <summary>CPUID leaf 7, ECX bit 11 (Intel SDM, volume 2A).</summary>
    private static bool HasAvx512Vnni() => X86Base.IsSupported && (X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0;
}
