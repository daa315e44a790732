using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ResNetService.Inference.Execution;

/// <summary>
/// Memory that begins at a whole vector register, as ONNX Runtime's own does. Where a sum begins decides how its terms are grouped, and so
/// its last bit: at one alignment every buffer gives the same answer.
/// </summary>
internal static class AlignedMemory
{
    /// <summary>Of AVX-512's registers, and of a cache line.</summary>
    public const int Alignment = 64;

    /// <summary>Zeroed and pinned for good.</summary>
    public static Memory<T> Allocate<T>(int length)
        where T : unmanaged
    {
        var array = GC.AllocateArray<T>(checked(length + (Alignment / Unsafe.SizeOf<T>())), pinned: true);
        var past = (int)(Marshal.UnsafeAddrOfPinnedArrayElement(array, 0) % Alignment);
        return array.AsMemory(past == 0 ? 0 : (Alignment - past) / Unsafe.SizeOf<T>(), length);
    }
}
