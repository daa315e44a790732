using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ResNetService.Imaging.Resampling.Kernels;

/// <summary>
/// The arithmetic that all paths share: clip((2^21 + sum of weight * pixel) >> 22, 0, 255), in 32 bits.
/// </summary>
/// <remarks>
/// x86 multiplies pairs of 16-bit numbers and adds each pair (pmaddwd), four times the products of a 32-bit multiplication. A weight
/// has 24 bits with its sign, so it is cut in two: weight = high * 2^15 + low, with -2^14 &lt;= low &lt; 2^14. The halves are summed
/// apart and put together at the end; additions and shifts are exact modulo 2^32, and the whole sum fits.
/// </remarks>
internal static class FixedPoint
{
    public const int Half = 1 << (ResampleTable.FractionBits - 1);

    public const int LowBits = 15;

    /// <summary>The high parts of two weights as the 16-bit halves of one number, the first weight's lowest; and the low parts.</summary>
    public static (int High, int Low) Split(int first, int second)
    {
        var (firstHigh, secondHigh) = (High(first), High(second));
        return (Pair(firstHigh, secondHigh), Pair(first - (firstHigh << LowBits), second - (secondHigh << LowBits)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte ToByte(int sum) => (byte)Math.Clamp(sum >> ResampleTable.FractionBits, 0, 255);

    /// <summary>Sums as bytes, each in a lane of 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Clip(Vector128<int> sums) =>
        Vector128.Min(Vector128.Max(sums >> ResampleTable.FractionBits, Vector128<int>.Zero), Vector128.Create(255));

    /// <inheritdoc cref="Clip(Vector128{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Clip(Vector256<int> sums) =>
        Vector256.Min(Vector256.Max(sums >> ResampleTable.FractionBits, Vector256<int>.Zero), Vector256.Create(255));

    private static int High(int weight) => (weight + (1 << (LowBits - 1))) >> LowBits;

    private static int Pair(int first, int second) => (ushort)first | (second << 16);
}
